package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What opens a connection to any server of one deployment. Prints no user and no password.
 *
 * @param encryption present for TLS
 */
record Access(
        Optional<Encryption> encryption,
        @Nullable String user,
        @Nullable String password) {

    static final Access OPEN = new Access(Optional.empty(), null, null);

    /** Of a URI that {@link dev.keywright.connection.Connection} has accepted. */
    static Access of(String uri) {
        Optional<Encryption> encryption = uri.startsWith("rediss")
                ? Optional.of(
                        new Encryption(option(uri, "ca"), option(uri, "verify").orElse("full")))
                : Optional.empty();
        int start = uri.indexOf("://") + 3;
        int at = uri.lastIndexOf('@');
        if (at <= start) {
            return new Access(encryption, null, null);
        }
        String userInfo = uri.substring(start, at);
        int colon = userInfo.indexOf(':');
        String user = colon <= 0 ? null : decoded(userInfo.substring(0, colon));
        return new Access(encryption, user, decoded(userInfo.substring(colon + 1)));
    }

    private static Optional<String> option(String uri, String name) {
        int end = uri.indexOf('#');
        String plain = end < 0 ? uri : uri.substring(0, end);
        for (String part : plain.substring(plain.indexOf('?') + 1).split("&", -1)) {
            if (part.startsWith(name + "=")) {
                return Optional.of(decoded(part.substring(name.length() + 1)));
            }
        }
        return Optional.empty();
    }

    /** The URI without user and password. */
    static String hidden(String uri) {
        return uri.replaceFirst("://.*@", "://").replaceFirst("\\?[^#]*", "");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    @Override
    public String toString() {
        return encryption.isPresent() ? "TLS" : "plain";
    }
}
