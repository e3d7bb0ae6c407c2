package dev.keywright.ops.wire;

import dev.keywright.connection.RedisUri;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What opens a connection to any server of one deployment. Prints no user and no password.
 *
 * @param encryption present for TLS
 */
public record Access(
        Optional<Encryption> encryption,
        @Nullable String user,
        @Nullable String password) {

    public static final Access OPEN = new Access(Optional.empty(), null, null);

    /** @throws dev.keywright.KeywrightException.Misused when it is no URI of Redis */
    public static Access of(String uri) {
        RedisUri parsed = RedisUri.parse(uri);
        Optional<Encryption> encryption = parsed.tls()
                ? Optional.of(new Encryption(
                        parsed.option("ca"), parsed.option("verify").orElse("full")))
                : Optional.empty();
        return new Access(
                encryption, parsed.user().orElse(null), parsed.password().orElse(null));
    }

    @Override
    public String toString() {
        return encryption.isPresent() ? "TLS" : "plain";
    }
}
