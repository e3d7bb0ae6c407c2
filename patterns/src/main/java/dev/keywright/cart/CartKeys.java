package dev.keywright.cart;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.key.KeySpace;
import dev.keywright.script.HashSlot;
import dev.keywright.script.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is sent about the carts of one name. All keys of a cart share a hash slot. */
final class CartKeys {

    private static final Script CHANGE = Script.beside(CartKeys.class, "change.lua");
    private static final Script COMPLETE = Script.beside(CartKeys.class, "complete.lua");
    private static final Script MERGE = Script.beside(CartKeys.class, "merge.lua");
    private static final Script ANNOUNCE = Script.beside(CartKeys.class, "announce.lua");
    private static final Script TAKE = Script.beside(CartKeys.class, "take.lua");
    private static final Script DROP = Script.beside(CartKeys.class, "drop.lua");

    /** A token outlives the lines that it stands for, by this at least. */
    private static final Duration SPARE = Duration.ofDays(1);

    private static final int MOVES = 100;
    private static final byte[] META = {'v'};
    private static final byte[] NONE = {};

    private final KeySpace space;
    private final CartOptions options;

    CartKeys(String name, CartOptions options) {
        this.space = KeySpace.of("cart", name);
        this.options = options;
    }

    private byte[] key(String id, String part) {
        byte[] unused = Change.bytes("id of the cart", id);
        return space.key(id, part).getBytes(UTF_8);
    }

    Script.Invocation change(String id, Change change) {
        long most = Math.min(options.most(), change.most().orElse(Long.MAX_VALUE));
        Script.Invocation call = CHANGE.with(
                new byte[][] {key(id, "lines"), key(id, "requests")},
                change.article().getBytes(UTF_8),
                text(change.kind().name().toLowerCase(Locale.ROOT)),
                number(change.quantity()),
                number(most),
                number(options.lines()),
                number(options.idle().toMillis()),
                lifetime(),
                change.price().isPresent() ? number(change.price().getAsLong()) : NONE,
                change.requestBytes(),
                number(options.memory().toMillis()));
        return change.request().isPresent() ? call.repeatable() : call;
    }

    Command read(String id) {
        return Command.named("HGETALL").key(key(id, "lines")).buildRepeatable();
    }

    Command size(String id) {
        return Command.named("HGET").key(key(id, "lines")).argument(META).buildRepeatable();
    }

    Command clear(String id) {
        return Command.named("UNLINK").key(key(id, "lines")).build();
    }

    Script.Invocation complete(Cart ordered, String order) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(text("o:" + new String(Change.bytes("order", order), UTF_8)));
        arguments.add(number(options.idle().toMillis()));
        arguments.add(number(options.memory().toMillis()));
        for (Line line : ordered.lines()) {
            arguments.add(Change.bytes("article", line.article()));
            arguments.add(number(line.quantity()));
        }
        return COMPLETE.with(
                        new byte[][] {key(ordered.id(), "lines"), key(ordered.id(), "requests")},
                        arguments.toArray(byte[][]::new))
                .repeatable();
    }

    /** Where both lie together. */
    Script.Invocation merge(String from, String into) {
        List<byte[]> arguments = terms("", SPARE, from);
        return MERGE.with(
                        new byte[][] {key(into, "lines"), key(into, "merged"), key(from, "lines")},
                        arguments.toArray(byte[][]::new))
                .repeatable();
    }

    boolean areTogether(String one, String other) {
        return HashSlot.of(key(one, "lines")) == HashSlot.of(key(other, "lines"));
    }

    Script.Invocation announce(String from, String into) {
        return ANNOUNCE.with(
                        key(into, "lines"),
                        from.getBytes(UTF_8),
                        number(options.idle().toMillis()),
                        number(MOVES),
                        number(options.lines()))
                .repeatable();
    }

    Script.Invocation take(String from, String into, String token) {
        return TAKE.with(new byte[][] {key(from, "lines"), key(from, "leaving")}, text(token), text(into))
                .repeatable();
    }

    /** @param lines field and value, as they were taken */
    Script.Invocation put(String from, String into, String token, Duration kept, Map<String, byte[]> lines) {
        List<byte[]> arguments = terms(token, kept.plus(SPARE), from);
        lines.forEach((field, value) -> {
            arguments.add(text(field));
            arguments.add(value);
        });
        return MERGE.with(new byte[][] {key(into, "lines"), key(into, "merged")}, arguments.toArray(byte[][]::new))
                .repeatable();
    }

    /** A move that was announced has nothing to bring. */
    Command unannounce(String from, String into) {
        return Command.named("HDEL")
                .key(key(into, "lines"))
                .argument(text("m:" + from))
                .buildRepeatable();
    }

    Script.Invocation drop(String from, String token) {
        return DROP.with(key(from, "leaving"), text(token)).repeatable();
    }

    private List<byte[]> terms(String token, Duration memory, String from) {
        List<byte[]> terms = new ArrayList<>();
        terms.add(text(token));
        terms.add(number(memory.toMillis()));
        terms.add(text(from));
        terms.add(text(options.rule().name()));
        terms.add(number(options.most()));
        terms.add(number(options.lines()));
        terms.add(number(options.idle().toMillis()));
        terms.add(lifetime());
        return terms;
    }

    private byte[] lifetime() {
        return number(options.lifetime().map(Duration::toMillis).orElse(0L));
    }

    private static byte[] number(long number) {
        return text(Long.toString(number));
    }

    private static byte[] text(String text) {
        return text.getBytes(UTF_8);
    }
}
