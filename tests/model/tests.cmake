relif_test(NAME model_ann SOURCE model/test_ann.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_neuron SOURCE model/test_neuron.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_theory SOURCE model/test_theory.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_charge SOURCE model/test_charge.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_coding SOURCE model/test_coding.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_encoder SOURCE model/test_encoder.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_network SOURCE model/test_network.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_mapping SOURCE model/test_mapping.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_slab SOURCE model/test_slab.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_spikes SOURCE model/test_spikes.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_raster SOURCE model/test_raster.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_counter SOURCE model/test_counter.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_arrivals SOURCE model/test_arrivals.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_fan_out SOURCE model/test_fan_out.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_synapse SOURCE model/test_synapse.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_correlation SOURCE model/test_correlation.c LABELS unit
           LIBRARIES relif_model)
relif_test(NAME model_gather_limit SOURCE model/test_gather_limit.c LABELS unit
           LIBRARIES relif_model)
relif_test(NAME model_lif SOURCE model/test_lif.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_distribution SOURCE model/test_distribution.c LABELS unit
           LIBRARIES relif_model)
relif_test(NAME model_diagnosis SOURCE model/test_diagnosis.c LABELS unit reference
           LIBRARIES relif_model)
relif_test(NAME model_normalization SOURCE model/test_normalization.c LABELS unit
           LIBRARIES relif_model)
relif_test(NAME model_pooling SOURCE model/test_pooling.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_readout SOURCE model/test_readout.c LABELS unit LIBRARIES relif_model)
relif_test(NAME model_reference SOURCE model/test_reference.c LABELS unit reference
           LIBRARIES relif_model)
