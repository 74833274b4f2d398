#include <stdio.h>

int main(void)
{
    puts("relif " RELIF_VERSION);
    return 0;
}
