package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Connection;
import java.util.stream.Stream;

/** One function of a {@link FunctionLibrary}, called as its comment declares. Any number of threads. */
public final class LibraryFunction {

    private final Connection connection;
    private final Signature signature;
    private final ScriptCall.Sender sender;

    LibraryFunction(Connection connection, Signature signature, ScriptCall.Sender sender) {
        this.connection = connection;
        this.signature = signature;
        this.sender = sender;
    }

    /**
     * A call with these keys.
     *
     * @throws dev.keywright.KeywrightException.Misused when there are more or fewer than declared, or they do not share a hash slot
     */
    public ScriptCall keys(String... keys) {
        return keys(Stream.of(keys).map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new));
    }

    /** As {@link #keys(String...)}, with keys that are bytes; they must not be changed afterwards. */
    public ScriptCall keys(byte[]... keys) {
        return new ScriptCall(connection, signature, sender, signature.keys(keys));
    }

    /** A call of a function that takes no keys. */
    public ScriptCall noKeys() {
        return keys(new byte[0][]);
    }

    @Override
    public String toString() {
        return signature.toString();
    }
}
