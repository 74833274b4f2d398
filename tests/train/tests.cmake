relif_test(NAME train_backpropagation SOURCE train/test_backpropagation.c LABELS unit
           LIBRARIES relif_train)
relif_test(NAME train_training SOURCE train/test_training.c LABELS mpi parity RANKS 1 2 3 4 7
           LIBRARIES relif_train)
