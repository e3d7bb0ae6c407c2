package dev.keywright.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.lease.Lessee;
import dev.keywright.script.Script;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.Arrays;

/** The keys of one lock, and what is asked of them. Two names never share a key, whatever they hold. */
final class LockKeys implements LockScripts {

    private static final Script ACQUIRE = Script.beside(LockKeys.class, "acquire.lua");
    private static final Script RELEASE = Script.beside(LockKeys.class, "release.lua");
    private static final Script EXTEND = Script.beside(LockKeys.class, "extend.lua");

    private static final int SHOWN = 60;
    private static final byte[] FENCE = ":fence".getBytes(UTF_8);
    private static final byte[] WAITING = ":waiting".getBytes(UTF_8);
    private static final byte[] ALIVE = ":alive".getBytes(UTF_8);
    private static final byte[] ZERO = {'0'};
    private static final byte[] ONE = {'1'};

    private final String name;
    private final byte[] lock;
    private final byte[][] forAcquire;
    private final byte[][] forRelease;
    private final byte[] fair;

    LockKeys(String name, boolean fair) {
        this.name = name;
        this.lock = bytes(stem(name));
        byte[] waiting = with(lock, WAITING);
        byte[] alive = with(lock, ALIVE);
        this.forAcquire = new byte[][] {lock, with(lock, FENCE), waiting, alive};
        this.forRelease = new byte[][] {lock, waiting, alive};
        this.fair = fair ? ONE : ZERO;
    }

    private static String escaped(String name) {
        return name.indexOf('%') < 0 && name.indexOf('}') < 0
                ? name
                : name.replace("%", "%25").replace("}", "%7D");
    }

    private static byte[] with(byte[] stem, byte[] end) {
        byte[] key = Arrays.copyOf(stem, stem.length + end.length);
        System.arraycopy(end, 0, key, stem.length, end.length);
        return key;
    }

    /** What all keys of that name begin with. */
    static String stem(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("The name of the lock is empty; give what it protects");
        }
        return "lock:{" + escaped(name) + "}";
    }

    /** Half a character would be written as a question mark, and share the key of another name. */
    static byte[] bytes(String text) {
        if (!hasSurrogates(text)) {
            return text.getBytes(UTF_8);
        }
        try {
            ByteBuffer written = UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[written.remaining()];
            written.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The name of the lock is not Unicode: it has half a surrogate pair", e);
        }
    }

    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    static byte[] number(long number) {
        return number == 0 ? ZERO : number == 1 ? ONE : Long.toString(number).getBytes(UTF_8);
    }

    @Override
    public Script.Invocation acquire(byte[] owner, Duration lease, int tokens, Duration patience, long since) {
        return ACQUIRE.with(
                        forAcquire,
                        owner,
                        number(lease.toMillis()),
                        number(tokens),
                        fair,
                        number(patience.toMillis()),
                        number(since))
                .repeatable();
    }

    @Override
    public Script.Invocation release(byte[] owner, boolean waited) {
        return RELEASE.with(forRelease, owner, fair, waited ? ONE : ZERO, Lessee.CHANNEL);
    }

    @Override
    public Script.Invocation extend(byte[] owner, Duration lease) {
        return EXTEND.with(lock, owner, number(lease.toMillis())).repeatable();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] routingKey() {
        return lock;
    }

    @Override
    public String where() {
        return "lock " + shown(name);
    }

    /** A name as it is written into messages. */
    static String shown(String name) {
        String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "..." : name;
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
