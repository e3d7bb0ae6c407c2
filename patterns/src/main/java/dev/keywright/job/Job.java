package dev.keywright.job;

import dev.keywright.KeywrightException;
import dev.keywright.codec.Codec;
import java.time.Instant;
import java.util.Optional;

/** A job in the hands of its handler. Its methods may be called by any thread. */
public final class Job<T> {

    private final Run run;
    private final T value;
    private final int mostBytes;

    Job(Run run, T value, int mostBytes) {
        this.mostBytes = mostBytes;
        this.run = run;
        this.value = value;
    }

    public String id() {
        return run.header.id();
    }

    public T value() {
        return value;
    }

    /** Which attempt this is, from 1; crashes count. */
    public int attempt() {
        return run.header.attempts();
    }

    public int maxAttempts() {
        return run.header.most();
    }

    /** By the server's clock. */
    public Instant enqueuedAt() {
        return run.header.at();
    }

    public Optional<String> key() {
        return run.header.key();
    }

    /** Whether the job is this attempt's still; when false, what it does is done for nothing, or twice. */
    public boolean isHeld() {
        return run.isHeld();
    }

    /** @throws KeywrightException.Lost when another worker may have the job, it was cancelled, or its time is over */
    public void requireHeld() {
        if (!run.isHeld()) {
            throw new KeywrightException.Lost("The attempt " + attempt() + " at " + id() + " is over: "
                    + run.ending().text + " Stop; its result is refused.");
        }
    }

    /** Tells how far it is, for {@link JobQueue#find}; sent about once a second, the last word only. */
    public void progress(String text) {
        run.progress(text);
    }

    /**
     * Leaves a result with the job, as long as the queue remembers it. It counts when the handler returns.
     *
     * @throws IllegalArgumentException when it is larger than {@link JobOptions#maxPayloadBytes()}
     */
    public <R> void result(R result, Codec<R> codec) {
        byte[] encoded = codec.encode(result);
        if (encoded.length >= mostBytes) {
            throw new IllegalArgumentException("The result of job " + id() + " has " + encoded.length + " bytes, "
                    + mostBytes + " are allowed. Store it elsewhere and leave where, or raise maxPayloadBytes.");
        }
        byte[] stored = new byte[1 + encoded.length];
        stored[0] = codec.format();
        System.arraycopy(encoded, 0, stored, 1, encoded.length);
        run.result(stored);
    }

    /** Says that trying again is useless: however the handler ends, the job is dead with this cause. */
    public void bury(String cause) {
        run.bury(cause);
    }

    @Override
    public String toString() {
        return "job " + id() + " of type " + run.header.type() + ", attempt " + attempt();
    }
}
