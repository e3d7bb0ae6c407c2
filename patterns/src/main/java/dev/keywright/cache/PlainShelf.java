package dev.keywright.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.script.Script;

/** A key per value and nothing beside it: {@code cache:<name>:<text>}. */
final class PlainShelf implements Shelf {

    private static final int ROOM_FOR_TTL = 48;
    private static final Script CLAIM = Script.beside(PlainShelf.class, "claim.lua");
    private static final Script PUT_IF_ABSENT = Script.beside(PlainShelf.class, "put-if-absent.lua");

    private final String before;

    PlainShelf(String name) {
        this.before = "cache:" + name + ':';
    }

    @Override
    public byte[] key(String text) {
        return before.concat(text).getBytes(UTF_8);
    }

    @Override
    public Errand put(String text, byte[] head, byte[] body, long ttlMillis) {
        byte[] key = key(text);
        return Errand.of(Command.named("SET", key.length + head.length + body.length + ROOM_FOR_TTL)
                .key(key)
                .argument(head, body)
                .argument("PX")
                .argument(ttlMillis)
                .build());
    }

    @Override
    public Errand putIfAbsent(String text, byte[] head, byte[] body, long ttlMillis, byte[] worthless) {
        return Errand.of(PUT_IF_ABSENT.with(key(text), joined(head, body), number(ttlMillis), worthless));
    }

    @Override
    public Errand invalidate(String text) {
        return Errand.of(Command.named("UNLINK").key(key(text)).buildRepeatable());
    }

    @Override
    public Errand remove(String text) {
        return invalidate(text);
    }

    @Override
    public Errand claim(
            String text, byte[] token, long leaseMillis, byte[] waitedOn, long renewBelowMillis, byte[] worthless) {
        return Errand.of(
                CLAIM.with(key(text), token, number(leaseMillis), waitedOn, number(renewBelowMillis), worthless)
                        .repeatable());
    }

    static byte[] number(long number) {
        return Long.toString(number).getBytes(UTF_8);
    }

    static byte[] joined(byte[] head, byte[] body) {
        byte[] joined = new byte[head.length + body.length];
        System.arraycopy(head, 0, joined, 0, head.length);
        System.arraycopy(body, 0, joined, head.length, body.length);
        return joined;
    }
}
