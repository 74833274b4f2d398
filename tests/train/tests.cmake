relif_test(NAME train_backpropagation SOURCE train/test_backpropagation.c LABELS unit
           LIBRARIES relif_train)
relif_test(NAME train_initialization SOURCE train/test_initialization.c LABELS unit
           LIBRARIES relif_train)
relif_test(NAME train_image_order SOURCE train/test_image_order.c LABELS unit
           LIBRARIES relif_train)
relif_test(NAME train_learning_rate SOURCE train/test_learning_rate.c LABELS unit
           LIBRARIES relif_train)
relif_test(NAME train_sgd SOURCE train/test_sgd.c LABELS unit LIBRARIES relif_train)
relif_test(NAME train_validation SOURCE train/test_validation.c LABELS mpi parity RANKS 1 2 3 4 7
           LIBRARIES relif_train)
relif_test(NAME train_training SOURCE train/test_training.c LABELS mpi parity RANKS 1 2 3 4 7
           LIBRARIES relif_train)

