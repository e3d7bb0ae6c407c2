package dev.keywright.ops;

/** An operation cannot go on, and whoever asked for it can mend that; the message says what, where and what to do. */
public final class OpsException extends RuntimeException {

    public OpsException(String message) {
        super(message);
    }

    public OpsException(String message, Throwable cause) {
        super(message, cause);
    }
}
