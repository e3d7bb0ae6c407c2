package dev.keywright.ops.analysis;

/** Takes the keys of one shard or file, one by one, from one thread. */
@FunctionalInterface
public interface KeySink {

    /** The key may be kept. */
    void key(Key key);
}
