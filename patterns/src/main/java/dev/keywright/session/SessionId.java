package dev.keywright.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** What the cookie says: the handle, and 144 random bits that nobody else knows. */
record SessionId(SessionHandle handle, String secret) {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET = 24;
    private static final int HASH = 16;

    static SessionId fresh() {
        return of(random(SessionHandle.LENGTH + SECRET));
    }

    /** Another one of the same session. */
    static SessionId of(SessionHandle handle) {
        return new SessionId(handle, random(SECRET));
    }

    /** Cookies say anything; what is no id is nobody's. */
    static Optional<SessionId> parse(String text) {
        return text.length() == SessionHandle.LENGTH + SECRET && text.chars().allMatch(SessionId::isLetter)
                ? Optional.of(of(text))
                : Optional.empty();
    }

    private static SessionId of(String text) {
        return new SessionId(
                new SessionHandle(text.substring(0, SessionHandle.LENGTH)), text.substring(SessionHandle.LENGTH));
    }

    private static boolean isLetter(int one) {
        return one >= 'a' && one <= 'z'
                || one >= 'A' && one <= 'Z'
                || one >= '0' && one <= '9'
                || one == '-'
                || one == '_';
    }

    /** @param letters a multiple of 4, with 6 bits each */
    private static String random(int letters) {
        byte[] bytes = new byte[letters / 4 * 3];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    String text() {
        return handle.text() + secret;
    }

    /** What is stored to know the secret by. */
    byte[] proof(boolean readable) {
        return readable ? secret.getBytes(US_ASCII) : hash();
    }

    /** Compares in a time that says nothing about where they differ. */
    boolean isProvenBy(byte[] proof) {
        return MessageDigest.isEqual(proof, proof(isReadable(proof)));
    }

    private static boolean isReadable(byte[] proof) {
        return proof.length == SECRET;
    }

    /** Of a session that was found without its id. */
    static Optional<SessionId> readable(SessionHandle handle, byte[] proof) {
        return isReadable(proof) ? Optional.of(new SessionId(handle, new String(proof, US_ASCII))) : Optional.empty();
    }

    private byte[] hash() {
        try {
            byte[] whole = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(US_ASCII));
            return Arrays.copyOf(whole, HASH); // 128 bits to guess, as many as the secret is asked to have
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return handle.toString();
    }
}
