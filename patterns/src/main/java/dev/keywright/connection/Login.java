package dev.keywright.connection;

import org.jspecify.annotations.Nullable;

/** A user, or the default one, and the password; printed as stars. */
record Login(@Nullable String user, String password) {
    @Override
    public String toString() {
        return "***";
    }
}
