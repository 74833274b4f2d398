relif_test(NAME model_ann SOURCE model/test_ann.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_coding SOURCE model/test_coding.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_encoder SOURCE model/test_encoder.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_network SOURCE model/test_network.c LABELS unit LIBRARIES relif_model)
