package dev.keywright.tag;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.key.KeySpace;
import dev.keywright.page.Ids;
import dev.keywright.script.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The keys of one catalog. An item belongs to a part, and all of a part is in one hash slot: the items, and its share of every tag. */
final class TagKeys {

    private static final Script CHANGE = Script.beside(TagKeys.class, "change.lua");
    private static final Script MOVE = Script.beside(TagKeys.class, "move.lua");
    private static final Script PAGE = Script.beside(TagKeys.class, "page.lua");
    private static final Script COUNT = Script.beside(TagKeys.class, "count.lua");
    private static final KeySpace ITEMS = KeySpace.of("tag", "item");
    private static final KeySpace SETS = KeySpace.of("tag", "set");
    private static final KeySpace NAMES = KeySpace.of("tag", "names");

    private final List<String> slots = new ArrayList<>();
    private final int most;

    TagKeys(String name, TagOptions options) {
        KeySpace unused = KeySpace.of("tag", name); // which refuses braces
        byte[] unusedText = Ids.bytes("name", name);
        this.most = options.most();
        for (int part = 0; part < options.parts(); part++) {
            slots.add(name + '#' + part + (options.parts() == 1 ? "" : "/" + options.parts()));
        }
    }

    int parts() {
        return slots.size();
    }

    int part(String item) {
        byte[] bytes = Ids.bytes("item", item);
        if (parts() == 1) {
            return 0;
        }
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return (int) (sum.getValue() % parts());
    }

    byte[] item(String item) {
        return ITEMS.key(slots.get(part(item)), item).getBytes(UTF_8);
    }

    byte[] set(int part, String tag) {
        return SETS.key(slots.get(part), tag).getBytes(UTF_8);
    }

    byte[] names(int part) {
        return NAMES.key(slots.get(part), "all").getBytes(UTF_8);
    }

    static Command on(String command, byte[] key) {
        return Command.named(command).key(key).buildReadOnly();
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    /** @param kept the tags it has to have beside those that are taken, and no others; null for any */
    Script.Invocation change(String item, List<String> give, List<String> take, @Nullable List<String> kept) {
        int part = part(item);
        List<byte[]> keys = new ArrayList<>(List.of(item(item), names(part)));
        List<byte[]> arguments = new ArrayList<>(List.of(
                item.getBytes(UTF_8), number(give.size()), number(most), number(kept == null ? -1 : kept.size())));
        Stream.concat(give.stream(), take.stream()).forEach(tag -> {
            keys.add(set(part, tag));
            arguments.add(Ids.bytes("tag", tag));
        });
        if (kept != null) {
            kept.forEach(tag -> arguments.add(tag.getBytes(UTF_8)));
        }
        return CHANGE.with(keys.toArray(byte[][]::new), arguments.toArray(byte[][]::new))
                .repeatable();
    }

    /** @param to the same as from when it is only taken away */
    Script.Invocation move(int part, String from, String to, List<String> items) {
        List<byte[]> keys = new ArrayList<>(List.of(set(part, from), set(part, to), names(part)));
        List<byte[]> arguments = new ArrayList<>(List.of(from.getBytes(UTF_8), to.getBytes(UTF_8)));
        for (String item : items) {
            keys.add(item(item));
            arguments.add(item.getBytes(UTF_8));
        }
        return MOVE.with(keys.toArray(byte[][]::new), arguments.toArray(byte[][]::new))
                .repeatable();
    }

    /** Never to a replica: a cursor is good on the server it came from. */
    Script.Invocation page(TagQuery query, Place place, int count) {
        byte[][] sets = Stream.of(query.all(), query.any(), query.none())
                .flatMap(List::stream)
                .map(tag -> set(place.part(), tag))
                .toArray(byte[][]::new);
        return PAGE.with(
                        sets,
                        number(query.all().size()),
                        number(query.any().size()),
                        number(place.driver()),
                        place.cursor().getBytes(US_ASCII),
                        number(count))
                .repeatable();
    }

    Script.Invocation count(int part, List<String> all, long limit, int most) {
        byte[][] sets = all.stream().map(tag -> set(part, tag)).toArray(byte[][]::new);
        return COUNT.with(sets, number(limit), number(most)).readOnly();
    }
}
