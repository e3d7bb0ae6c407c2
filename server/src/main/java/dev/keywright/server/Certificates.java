package dev.keywright.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/*
 * The JDK reads certificates and makes keys, but makes certificates only by its program keytool, which wants a key store on disk
 * and seconds of time, and is missing from trimmed runtimes. An X.509 certificate is one signed sequence of few fields, so it is
 * written here, in DER, as RFC 5280 says.
 */
/** A CA of this JVM's own and a certificate of 127.0.0.1 and localhost that it signed; nothing of it outlives the JVM's servers. */
final class Certificates {

    private static final class Holder {
        static final Certificates MADE = make();
    }

    private static final String CA_NAME = "Keywright test CA";
    private static final int DAYS = 365;
    private static final int TAG_BOOLEAN = 0x01;
    private static final int TAG_INTEGER = 0x02;
    private static final int TAG_BITS = 0x03;
    private static final int TAG_OCTETS = 0x04;
    private static final int TAG_OID = 0x06;
    private static final int TAG_UTF8 = 0x0c;
    private static final int TAG_TIME = 0x18;
    private static final int TAG_SEQUENCE = 0x30;
    private static final int TAG_SET = 0x31;

    private final String ca;
    private final String server;
    private final String serverKey;
    private final SSLContext context;

    private Certificates(String ca, String server, String serverKey, SSLContext context) {
        this.ca = ca;
        this.server = server;
        this.serverKey = serverKey;
        this.context = context;
    }

    static Certificates ofThisJvm() {
        return Holder.MADE;
    }

    static Path ca(Path folder) {
        return folder.resolve("ca.pem");
    }

    /** Writes {@code ca.pem}, {@code server.pem} and {@code server-key.pem}. */
    void write(Path folder) {
        Path certificate = folder.resolve("server.pem");
        Path key = folder.resolve("server-key.pem");
        try {
            Files.writeString(ca(folder), ca);
            Files.writeString(certificate, server);
            Files.writeString(key, serverKey);
        } catch (IOException failure) {
            throw new ServerException(
                    "The certificates cannot be written: " + failure.getMessage()
                            + ". Free some space there, or choose another folder with -Djava.io.tmpdir.",
                    failure);
        }
    }

    /** The directives that use the files in that folder. */
    static List<String> directives(Path folder) {
        return List.of(
                "tls-ca-cert-file " + Info.quote(ca(folder).toString()),
                "tls-cert-file " + Info.quote(folder.resolve("server.pem").toString()),
                "tls-key-file " + Info.quote(folder.resolve("server-key.pem").toString()),
                "tls-auth-clients optional",
                "tls-replication yes",
                "tls-cluster yes");
    }

    /** TLS over a connection that is open; the server's certificate must be of this JVM's CA. */
    Socket secure(Socket open) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(open, "127.0.0.1", open.getPort(), true);
        socket.startHandshake();
        return socket;
    }

    private static Certificates make() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair ca = generator.generateKeyPair();
            KeyPair server = generator.generateKeyPair();
            byte[] caCertificate = certificate(CA_NAME, ca.getPublic(), ca, extensionsOfCa(ca.getPublic()));
            byte[] certificate =
                    certificate("localhost", server.getPublic(), ca, extensionsOfServer(server.getPublic(), ca));
            return new Certificates(
                    pem("CERTIFICATE", caCertificate),
                    pem("CERTIFICATE", certificate),
                    pem("PRIVATE KEY", server.getPrivate().getEncoded()),
                    context(caCertificate));
        } catch (GeneralSecurityException | IOException failure) {
            throw new ServerException(
                    "No certificates can be made: " + failure.getMessage()
                            + ". Use a JDK with elliptic curves, or no TLS.",
                    failure);
        }
    }

    private static SSLContext context(byte[] ca) throws GeneralSecurityException, IOException {
        Certificate trusted = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(ca));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static byte[] certificate(String name, PublicKey key, KeyPair ca, byte[] extensions)
            throws GeneralSecurityException {
        byte[] algorithm = der(TAG_SEQUENCE, oid("1.2.840.10045.4.3.2")); // ecdsa-with-SHA256
        Instant now = Instant.now();
        byte[] validity = der(TAG_SEQUENCE, time(now.minus(1, ChronoUnit.DAYS)), time(now.plus(DAYS, ChronoUnit.DAYS)));
        byte[] content = der(
                TAG_SEQUENCE,
                der(0xa0, der(TAG_INTEGER, new byte[] {2})), // version 3
                der(
                        TAG_INTEGER,
                        new BigInteger(120, new SecureRandom()).setBit(120).toByteArray()),
                algorithm,
                name(CA_NAME),
                validity,
                name(name),
                key.getEncoded(),
                der(0xa3, extensions));
        return der(TAG_SEQUENCE, content, algorithm, der(TAG_BITS, new byte[] {0}, sign(ca.getPrivate(), content)));
    }

    private static byte[] extensionsOfCa(PublicKey key) throws GeneralSecurityException {
        return der(
                TAG_SEQUENCE,
                extension("2.5.29.19", true, der(TAG_SEQUENCE, der(TAG_BOOLEAN, new byte[] {-1}))), // is a CA
                extension("2.5.29.15", true, der(TAG_BITS, new byte[] {2, 4})), // may sign certificates
                extension("2.5.29.14", false, der(TAG_OCTETS, fingerprint(key))));
    }

    private static byte[] extensionsOfServer(PublicKey key, KeyPair ca) throws GeneralSecurityException {
        byte[] names =
                der(TAG_SEQUENCE, der(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)), der(0x87, new byte[] {
                    127, 0, 0, 1
                }));
        return der(
                TAG_SEQUENCE,
                extension("2.5.29.17", false, names),
                extension("2.5.29.14", false, der(TAG_OCTETS, fingerprint(key))),
                extension("2.5.29.35", false, der(TAG_SEQUENCE, der(0x80, fingerprint(ca.getPublic())))));
    }

    private static byte[] extension(String oid, boolean critical, byte[] value) {
        byte[] wrapped = der(TAG_OCTETS, value);
        return critical
                ? der(TAG_SEQUENCE, oid(oid), der(TAG_BOOLEAN, new byte[] {-1}), wrapped)
                : der(TAG_SEQUENCE, oid(oid), wrapped);
    }

    private static byte[] name(String text) {
        byte[] commonName = der(TAG_SEQUENCE, oid("2.5.4.3"), der(TAG_UTF8, text.getBytes(StandardCharsets.UTF_8)));
        return der(TAG_SEQUENCE, der(TAG_SET, commonName));
    }

    private static byte[] time(Instant instant) {
        String text = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(instant);
        return der(TAG_TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] fingerprint(PublicKey key) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
    }

    private static byte[] sign(PrivateKey key, byte[] content) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        return signature.sign();
    }

    private static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.write(Integer.parseInt(arcs[0]) * 40 + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arc >> shift != 0) {
                    content.write(0x80 | (arc >> shift & 0x7f));
                }
            }
            content.write(arc & 0x7f);
        }
        return der(TAG_OID, content.toByteArray());
    }

    /** A value of DER: its tag, its length, then the parts one after the other. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tag);
        if (length < 0x80) {
            whole.write(length);
        } else if (length < 0x100) {
            whole.writeBytes(new byte[] {(byte) 0x81, (byte) length});
        } else {
            whole.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
        }
        whole.writeBytes(content.toByteArray());
        return whole.toByteArray();
    }

    private static String pem(String type, byte[] content) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }
}
