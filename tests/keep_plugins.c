/* Sanitizer builds only: plugins that stay mapped have names in a leak report. */
int dlclose(void *handle);

int dlclose(void *handle)
{
    (void)handle;
    return 0;
}
