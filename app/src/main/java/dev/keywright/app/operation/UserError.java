package dev.keywright.app.operation;

/** Something the user can mend; the message says what, where and what to do. Shown without a stack trace. */
public final class UserError extends RuntimeException {

    public UserError(String message) {
        super(message);
    }

    public UserError(String message, Throwable cause) {
        super(message, cause);
    }
}
