package dev.keywright.jcache;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.util.Arrays;
import java.util.function.Function;
import javax.cache.CacheException;

/**
 * Keys and values as bytes. Strings and whole numbers are written as they are read, behind a letter; everything else by Java
 * serialization, of which only classes that the filter allows are read back, and arrays only as long as the bytes can fill.
 */
final class Marshal {

    /** What a collection at its emptiest asks for, per byte and at least. */
    private static final long SLOTS_PER_BYTE = 4;

    private static final long SLOTS = 64;
    private static final String FOREIGN = "What is stored was not written by this provider.";

    private final ClassLoader loader;
    private final ObjectInputFilter filter;

    Marshal(ClassLoader loader, ObjectInputFilter filter) {
        this.loader = loader;
        this.filter = filter;
    }

    byte[] write(Object object) {
        if (object instanceof String text && isWellFormed(text)) {
            return tagged('s', text.getBytes(UTF_8));
        }
        if (object instanceof Long number) {
            return tagged('l', Long.toString(number).getBytes(UTF_8));
        }
        if (object instanceof Integer number) {
            return tagged('i', Integer.toString(number).getBytes(UTF_8));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write('j');
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(object);
        } catch (IOException e) {
            throw new CacheException(
                    "A " + object.getClass().getName()
                            + " cannot be stored: it, or what it holds, is not Serializable (" + e.getMessage() + ").",
                    e);
        }
        return bytes.toByteArray();
    }

    /** A lone surrogate has no UTF-8. */
    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
            }
        }
        return true;
    }

    private static byte[] tagged(char tag, byte[] body) {
        byte[] bytes = new byte[body.length + 1];
        bytes[0] = (byte) tag;
        System.arraycopy(body, 0, bytes, 1, body.length);
        return bytes;
    }

    Object read(byte[] bytes) {
        if (bytes.length == 0) {
            throw new CacheException(FOREIGN);
        }
        byte[] body = Arrays.copyOfRange(bytes, 1, bytes.length);
        return switch (bytes[0]) {
            case 's' -> new String(body, UTF_8);
            case 'l' -> number(body, Long::valueOf);
            case 'i' -> number(body, Integer::valueOf);
            case 'j' -> deserialized(body);
            default -> throw new CacheException(FOREIGN);
        };
    }

    private static Object number(byte[] body, Function<String, Object> parser) {
        try {
            return parser.apply(new String(body, UTF_8));
        } catch (NumberFormatException e) {
            throw new CacheException(FOREIGN, e);
        }
    }

    private Object deserialized(byte[] body) {
        try (ObjectInputStream in = new Loading(new ByteArrayInputStream(body))) {
            in.setObjectInputFilter(bounded(body.length));
            return in.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            throw new CacheException(
                    "What is stored cannot be read (" + e.getMessage()
                            + "). A class that is not allowed is allowed by the property "
                            + KeywrightCachingProvider.ALLOW
                            + ".",
                    e);
        }
    }

    /** The filter, and an end to what all arrays together may take: a few bytes must not claim the whole heap. */
    private ObjectInputFilter bounded(int bytes) {
        long[] slots = {SLOTS_PER_BYTE * bytes + SLOTS};
        return info -> {
            slots[0] -= Math.max(0, info.arrayLength());
            return slots[0] < 0 ? ObjectInputFilter.Status.REJECTED : filter.checkInput(info);
        };
    }

    /** Finds classes where the cache manager finds them. */
    private final class Loading extends ObjectInputStream {

        Loading(InputStream in) throws IOException {
            super(in);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) throws IOException, ClassNotFoundException {
            try {
                return Class.forName(description.getName(), false, loader);
            } catch (ClassNotFoundException e) {
                return super.resolveClass(description); // primitive types
            }
        }
    }
}
