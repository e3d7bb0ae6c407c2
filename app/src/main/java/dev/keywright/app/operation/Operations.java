package dev.keywright.app.operation;

import dev.keywright.KeywrightException;
import dev.keywright.ops.OpsException;
import dev.keywright.server.ServerException;

/** What all operations have in common. */
public final class Operations {

    private Operations() {}

    /** Whether the message of a failure says to the user what, where and what to do, so that no stack trace is needed. */
    public static boolean isForTheUser(Exception failure) {
        return failure instanceof UserError
                || failure instanceof OpsException
                || failure instanceof ServerException
                || failure instanceof KeywrightException;
    }
}
