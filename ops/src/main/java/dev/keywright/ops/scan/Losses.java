package dev.keywright.ops.scan;

/** Counts what came to nothing. For one thread. */
final class Losses {

    private long vanished;
    private long denied;
    private long moved;
    private long repeats;
    private long touched;

    void add(Page page) {
        vanished += page.with(Draft.Fate.VANISHED);
        denied += page.with(Draft.Fate.DENIED);
        moved += page.with(Draft.Fate.MOVED);
        repeats += page.repeats;
        touched += page.touched;
    }

    long touched() {
        return touched;
    }

    ShardOutcome.Losses sum() {
        return new ShardOutcome.Losses(vanished, denied, moved, repeats);
    }
}
