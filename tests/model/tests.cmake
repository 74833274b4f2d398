relif_test(NAME model_ann SOURCE model/test_ann.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_neuron SOURCE model/test_neuron.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_theory SOURCE model/test_theory.c LABELS unit LIBRARIES relif_model)
