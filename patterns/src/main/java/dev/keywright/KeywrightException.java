package dev.keywright;

import org.jspecify.annotations.Nullable;

/**
 * What can go wrong, sorted by what the caller can do about it. The message says what happened, where, and the remedy;
 * it never carries a password or a stored value.
 */
public abstract sealed class KeywrightException extends RuntimeException {

    private KeywrightException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Redis did not answer, or cannot serve right now: try again later. */
    public static final class Unavailable extends KeywrightException {

        private final boolean outcomeUnknown;

        public Unavailable(String message, boolean outcomeUnknown) {
            this(message, outcomeUnknown, null);
        }

        public Unavailable(String message, boolean outcomeUnknown, @Nullable Throwable cause) {
            super(message, cause);
            this.outcomeUnknown = outcomeUnknown;
        }

        /**
         * Whether the command may have been executed. When false it certainly was not; when true it was sent and no
         * reply came back, and only an idempotent call may simply be repeated.
         */
        public boolean outcomeUnknown() {
            return outcomeUnknown;
        }
    }

    /** The call can never succeed as it stands: fix the code, the permissions or the server's settings. */
    public static final class Misused extends KeywrightException {

        public Misused(String message) {
            super(message, null);
        }

        public Misused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What was held is held no more: stop the work it protected. */
    public static final class Lost extends KeywrightException {

        public Lost(String message) {
            super(message, null);
        }
    }
}
