package dev.keywright.connection;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.io.File;
import java.util.List;
import java.util.Optional;

/** A {@link RedisUri} in the words of the client library. */
final class ClientUri {

    private ClientUri() {}

    static List<RedisURI> all(RedisUri uri, ConnectionOptions options) {
        return uri.hosts().stream().map(host -> of(uri, host, options)).toList();
    }

    static RedisURI of(RedisUri uri, Endpoint host, ConnectionOptions options) {
        RedisURI.Builder builder = RedisURI.builder()
                .withHost(host.host())
                .withPort(host.port())
                .withSsl(uri.tls())
                .withVerifyPeer(uri.options().verify())
                .withDatabase(uri.database())
                .withClientName(options.clientName())
                .withTimeout(options.connectTimeout());
        uri.password()
                .map(String::toCharArray)
                .ifPresent(password -> uri.user()
                        .ifPresentOrElse(
                                user -> builder.withAuthentication(user, password),
                                () -> builder.withPassword(password)));
        return builder.build();
    }

    /** How the server's certificate is checked; nothing to say without TLS or with the machine's own authorities. */
    static Optional<SslOptions> sslOptions(RedisUri uri) {
        return uri.options()
                .ca()
                .map(file -> SslOptions.builder()
                        .jdkSslProvider()
                        .trustManager(new File(file))
                        .build());
    }
}
