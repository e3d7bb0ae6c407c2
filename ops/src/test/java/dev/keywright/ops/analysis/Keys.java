package dev.keywright.ops.analysis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Random;
import java.util.UUID;

/** Keys made up for tests. */
final class Keys {

    static final long NOW = 1_790_000_000_000L;

    private Keys() {}

    static Key string(String name, long bytes) {
        return string(name.getBytes(UTF_8), bytes);
    }

    static Key string(byte[] name, long bytes) {
        return new Key(
                0,
                ByteString.of(name),
                KeyType.STRING,
                Encoding.EMBSTR,
                bytes,
                20,
                Key.NEVER,
                Key.UNKNOWN,
                Key.UNKNOWN,
                null);
    }

    static String uuid(Random random) {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    static String hex(Random random, int length) {
        return letters(random, length, "0123456789abcdef");
    }

    static String letters(Random random, int length, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }
}
