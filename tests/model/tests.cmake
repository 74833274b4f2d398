relif_test(NAME model_ann SOURCE model/test_ann.c LABELS unit LIBRARIES relif_model)
