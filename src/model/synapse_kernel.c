extern const int RELIF_KERNEL;
const int RELIF_KERNEL = 0;
