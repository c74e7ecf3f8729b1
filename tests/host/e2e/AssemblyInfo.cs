// Each test starts two boards with several threads each; more at a time would measure the machine, not the boards.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
