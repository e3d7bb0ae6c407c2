package dev.keywright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {

    private static final ServerOptions TLS = ServerOptions.DEFAULTS.withTls();

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void aClientThatTrustsTheCaOfTheUriGetsIn(String host) throws Exception {
        try (Standalone redis = Standalone.start(TLS)) {
            assertThat(redis.uri()).matches("rediss://127\\.0\\.0\\.1:\\d+\\?ca=/.+/ca\\.pem");
            Path ca = Path.of(redis.uri().replaceFirst(".*ca=", ""));
            try (SSLSocket socket = (SSLSocket) trusting(ca).getSocketFactory().createSocket(host, redis.port())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(7))
                        .isEqualTo("+PONG\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(redis.command("PING")).isEqualTo("PONG");
            redis.kill();
            redis.restart();
            assertThat(redis.command("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void aClientThatDoesNotTrustTheCaOrSpeaksNoTlsStaysOutside() throws Exception {
        try (Standalone redis = Standalone.start(TLS)) {
            assertThatThrownBy(() -> {
                        try (SSLSocket socket = (SSLSocket)
                                SSLContext.getDefault().getSocketFactory().createSocket("127.0.0.1", redis.port())) {
                            socket.startHandshake();
                        }
                    })
                    .isInstanceOf(IOException.class);
            try (Wire plain = Wire.open(redis.port(), Access.NONE, Duration.ofSeconds(5))) {
                assertThatThrownBy(() -> plain.send("PING")).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void nodesOfAClusterSpeakTlsToEachOther() {
        try (Cluster cluster = Cluster.start(2, 1, TLS.withDirective("requirepass", "secret"))) {
            assertThat(cluster.uri()).matches("rediss-cluster://:secret@[\\d.:,]+\\?ca=/.+/ca\\.pem");
            cluster.command("SET", "key", "value");
            int slot = Cluster.slotOf("key");
            Standalone from = cluster.ownerOf(slot);
            Standalone to = cluster.masters().get(from == cluster.masters().get(0) ? 1 : 0);

            cluster.migrateSlot(slot, to);

            assertThat(cluster.command("GET", "key")).isEqualTo("value");
            assertThat(cluster.replicasOf(to)).hasSize(1);
            cluster.flushAll();
        }
    }

    @Test
    void sentinelsSpeakTlsToo() {
        try (Sentinel sentinel = Sentinel.start(1, TLS)) {
            assertThat(sentinel.uri()).matches("rediss-sentinel://[\\d.:,]+\\?ca=/.+/ca\\.pem#main");
            sentinel.command("SET", "key", "value");
            Standalone before = sentinel.primary();
            before.kill();
            assertThat(sentinel.primary()).isNotEqualTo(before);
        }
    }

    @Test
    void usersMayDoWhatTheirRulesSay() throws IOException {
        ServerOptions options = ServerOptions.DEFAULTS.withUser("reader", "pass word", "~cache:*", "+@read", "+ping");
        try (Standalone redis = Standalone.start(options);
                Wire reader = Wire.open(redis.port(), Access.NONE, Duration.ofSeconds(5))) {
            assertThat(reader.send("AUTH", "reader", "wrong").text()).startsWith("WRONGPASS");
            assertThat(reader.send("AUTH", "reader", "pass word").text()).isEqualTo("OK");
            assertThat(reader.send("GET", "cache:1")).isInstanceOf(Reply.Missing.class);
            assertThat(reader.send("GET", "other").text()).startsWith("NOPERM");
            assertThat(reader.send("SET", "cache:1", "x").text()).startsWith("NOPERM");
            assertThat(redis.command("SET", "cache:1", "x")).isEqualTo("OK");
            assertThat(options.toString()).contains("reader").doesNotContain("pass word");
        }
    }

    private static SSLContext trusting(Path ca) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
