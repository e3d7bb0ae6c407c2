package dev.keywright.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How connections get in: the default user's password where there is one, and TLS where it is spoken. */
record Access(@Nullable String password, @Nullable Certificates certificates) {

    static final Access NONE = new Access(null, null);

    static Access of(ServerOptions options) {
        return new Access(options.directives().get("requirepass"), options.tls() ? Certificates.ofThisJvm() : null);
    }

    boolean tls() {
        return certificates != null;
    }

    /** The part of a URI before the host: {@code :password@}, or nothing. */
    String credentials() {
        String word = password;
        return word == null
                ? ""
                : ":" + URLEncoder.encode(word, StandardCharsets.UTF_8).replace("+", "%20") + "@";
    }

    /** Without the password. */
    @Override
    public String toString() {
        return (password == null ? "no password" : "a password") + (tls() ? ", TLS" : "");
    }
}
