package dev.keywright.limit;

import java.time.Duration;
import java.util.List;

/** What a limiter does when Redis gives no answer within the deadline. */
public sealed interface WhenAway {

    /** Throws {@link dev.keywright.KeywrightException.Unavailable}; the caller decides. */
    static WhenAway raise() {
        return new Raise();
    }

    /** Fail-open: everything is granted. For limits that protect comfort. */
    static WhenAway grant() {
        return new Grant();
    }

    /** Fail-closed: everything is refused. For limits that protect something dear. */
    static WhenAway refuse() {
        return new Refuse(Duration.ofSeconds(1));
    }

    /**
     * Each process goes on by itself with the same quotas, each as a token bucket in its memory. With n processes up to n
     * times the quota is granted; give {@linkplain #local(List) a share} when that is too much.
     */
    static WhenAway local() {
        return new Local(List.of());
    }

    /** Each process goes on by itself with these quotas. */
    static WhenAway local(List<Quota> share) {
        return new Local(share);
    }

    /** See {@link WhenAway#raise}. */
    record Raise() implements WhenAway {}

    /** See {@link WhenAway#grant}. */
    record Grant() implements WhenAway {}

    /** See {@link WhenAway#refuse}. */
    record Refuse(Duration retryAfter) implements WhenAway {}

    /** See {@link WhenAway#local()}; an empty share stands for the limiter's own quotas. */
    record Local(List<Quota> share) implements WhenAway {
        public Local {
            share = List.copyOf(share);
        }
    }
}
