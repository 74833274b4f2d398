/* The data sets people have: MNIST, faces and motorbikes, CIFAR-10, if they are there. */
#include <mpi.h>
#include <unistd.h>

#include "check.h"
#include "relif/dataset.h"

static relif_context *ctx;
static char root[512];

static const char *data_path(const char *name, char path[1024])
{
    snprintf(path, 1024, "%s/%s", root, name);
    return path;
}

/* NULL, with a line that names the file, if it is not there. */
static relif_dataset *read_set(relif_dataset_format format, const char *images,
                               const char *labels)
{
    char image_path[1024], label_path[1024];
    relif_dataset_options options = {.format = format};
    options.files[options.n_files++] = data_path(images, image_path);
    if (labels) options.labels = data_path(labels, label_path);
    if (access(image_path, R_OK) != 0) {
        printf("not there: %s\n", image_path);
        return NULL;
    }
    relif_dataset *dataset = NULL;
    CHECK(relif_dataset_read(ctx, &options, &dataset) == RELIF_OK);
    if (!dataset) printf("%s\n", relif_error_sentence());
    return dataset;
}

static void mnist_has_10000_test_images_and_begins_with_a_7(void)
{
    relif_dataset *set = read_set(RELIF_DATASET_IDX, "mnist/t10k-images-idx3-ubyte.gz",
                                  "mnist/t10k-labels-idx1-ubyte.gz");
    if (!set) return;
    CHECK(set->count == 10000 && set->n_classes == 10 && set->labels[0] == 7);
    CHECK(set->shape.channels == 1 && set->shape.height == 28 && set->shape.width == 28);
    double zero = 0;
    for (int p = 0; p < 7840000; p++) zero += set->bytes[p] == 0;
    CHECK_NEAR(zero / 7840000, 0.80724, 1e-5);
    relif_dataset_destroy(set);
}

static void faces_and_motorbikes_are_464_images_of_80_rows(void)
{
    relif_dataset *set = read_set(RELIF_DATASET_IDX, "facemoto/test-images-idx3-ubyte.gz",
                                  "facemoto/test-labels-idx1-ubyte.gz");
    if (!set) return;
    CHECK(set->count == 464 && set->n_classes == 2);
    CHECK(set->shape.channels == 1 && set->shape.height == 80 && set->shape.width == 130);
    int n_motorbikes = 0;
    for (int i = 0; i < 464; i++) n_motorbikes += set->labels[i];
    CHECK(n_motorbikes == 232);
    relif_dataset_destroy(set);
}

static void cifar_has_10000_test_images_1000_of_each_class(void)
{
    relif_dataset *set =
        read_set(RELIF_DATASET_CIFAR10, "cifar10/test_batch.bin.gz", NULL);
    if (!set) return;
    int counts[10] = {0};
    CHECK(set->count == 10000 && set->n_classes == 10 && set->labels[0] == 3);
    CHECK(set->shape.channels == 3 && set->shape.height == 32 && set->shape.width == 32);
    for (int i = 0; i < 10000; i++) counts[set->labels[i]]++;
    for (int c = 0; c < 10; c++) CHECK(counts[c] == 1000);
    relif_dataset_destroy(set);
}

static void a_training_batch_of_cifar_in_xz_begins_with_a_frog(void)
{
    relif_dataset *set =
        read_set(RELIF_DATASET_CIFAR10, "cifar10/data_batch_1.bin.xz", NULL);
    if (!set) return;
    CHECK(set->count == 10000 && set->labels[0] == 6);
    CHECK(set->bytes[0] == 59 && set->bytes[1] == 62 && set->bytes[2] == 63);
    relif_dataset_destroy(set);
}

int main(int argc, char **argv)
{
    MPI_Init(&argc, &argv);
    const char *named = getenv("RELIF_DATA_DIR"), *source = getenv("RELIF_SOURCE_DIR");
    snprintf(root, sizeof root, "%s", named ? named : source ? source : ".");
    if (!named) strncat(root, "/../shared/data", sizeof root - strlen(root) - 1);
    if (access(root, R_OK) != 0) {
        MPI_Finalize();
        SKIP("the folder of data sets is not there (RELIF_DATA_DIR)");
    }
    ctx = relif_context_create(MPI_COMM_WORLD);
    RUN(mnist_has_10000_test_images_and_begins_with_a_7);
    RUN(faces_and_motorbikes_are_464_images_of_80_rows);
    RUN(cifar_has_10000_test_images_1000_of_each_class);
    RUN(a_training_batch_of_cifar_in_xz_begins_with_a_frog);
    relif_context_destroy(ctx);
    MPI_Finalize();
    return check_result();
}
