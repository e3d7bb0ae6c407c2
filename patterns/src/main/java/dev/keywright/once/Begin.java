package dev.keywright.once;

import java.time.Duration;

/** What a key says to one who wants to begin: go ahead with this {@link Attempt}, or one of the records below. */
public sealed interface Begin<V> permits Attempt, Begin.Completed, Begin.Failed, Begin.Running, Begin.OtherRequest {

    /** It was done before; this is what came of it. */
    record Completed<V>(V result) implements Begin<V> {}

    /** It failed for good before. */
    record Failed<V>(String reason) implements Begin<V> {}

    /**
     * Another attempt is under way.
     *
     * @param since how long it has been
     * @param leaseLeft after so long without a sign of life the next one may begin
     */
    record Running<V>(Duration since, Duration leaseLeft) implements Begin<V> {}

    /** The key belongs to a request with another fingerprint; nothing is done and nothing is shown. In HTTP: 422. */
    record OtherRequest<V>() implements Begin<V> {}
}
