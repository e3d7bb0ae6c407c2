package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import org.jspecify.annotations.Nullable;

/** What opens a connection to any server of one deployment: TLS or not, user and password. Prints neither. */
record Access(boolean tls, @Nullable String user, @Nullable String password) {

    static final Access OPEN = new Access(false, null, null);

    /** Of a URI that {@link dev.keywright.connection.Connection} has accepted. */
    static Access of(String uri) {
        int start = uri.indexOf("://") + 3;
        int at = uri.lastIndexOf('@');
        boolean tls = uri.startsWith("rediss");
        if (at <= start) {
            return new Access(tls, null, null);
        }
        String userInfo = uri.substring(start, at);
        int colon = userInfo.indexOf(':');
        String user = colon <= 0 ? null : decoded(userInfo.substring(0, colon));
        return new Access(tls, user, decoded(userInfo.substring(colon + 1)));
    }

    /** The URI without user and password. */
    static String hidden(String uri) {
        return uri.replaceFirst("://.*@", "://");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    }

    @Override
    public String toString() {
        return tls ? "TLS" : "plain";
    }
}
