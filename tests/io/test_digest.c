/* Digests against the known answers of FIPS 180-2. */
#include "relif/digest.h"

#include <unistd.h>

#include "check.h"

static const char *const of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char *const of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void nothing_has_the_known_digest(void)
{
    char text[RELIF_DIGEST_TEXT];
    relif_digest_finish(relif_digest_create(), text);
    CHECK(strcmp(text, of_nothing) == 0);
}

static void abc_has_the_known_digest_in_any_pieces(void)
{
    char text[RELIF_DIGEST_TEXT];
    relif_digest *digest = relif_digest_create();
    relif_digest_add(digest, "a", 1);
    relif_digest_add(digest, NULL, 0);
    relif_digest_add(digest, "bc", 2);
    relif_digest_finish(digest, text);
    CHECK(strcmp(text, of_abc) == 0);
}

static void a_file_has_the_digest_of_its_bytes(void)
{
    char path[] = "/tmp/relif_digest_XXXXXX", text[RELIF_DIGEST_TEXT];
    const int file = mkstemp(path);
    CHECK(file >= 0 && write(file, "abc", 3) == 3);
    close(file);
    relif_digest *digest = relif_digest_create();
    CHECK(relif_digest_add_file(digest, path, 0) == RELIF_OK);
    relif_digest_finish(digest, text);
    CHECK(strcmp(text, of_abc) == 0);
    unlink(path);
}

static void what_cannot_be_read_is_named(void)
{
    char text[RELIF_DIGEST_TEXT];
    relif_digest *digest = relif_digest_create();
    CHECK(relif_digest_add_file(digest, "no/such/file", 0) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "read 'no/such/file': No such file");
    CHECK(relif_digest_add_file(digest, "/", 0) == RELIF_ERR_FILE);
    CHECK_TEXT(relif_error_sentence(), "read '/': Is a directory");
    relif_digest_finish(digest, text);
}

int main(void)
{
    RUN(nothing_has_the_known_digest);
    RUN(abc_has_the_known_digest_in_any_pieces);
    RUN(a_file_has_the_digest_of_its_bytes);
    RUN(what_cannot_be_read_is_named);
    return check_result();
}
