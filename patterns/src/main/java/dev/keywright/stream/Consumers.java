package dev.keywright.stream;

import java.security.SecureRandom;
import java.util.Base64;

/** Names of consumers that nobody else has. */
final class Consumers {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int BYTES = 16;

    private Consumers() {}

    static String newName() {
        byte[] name = new byte[BYTES];
        RANDOM.nextBytes(name);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    }
}
