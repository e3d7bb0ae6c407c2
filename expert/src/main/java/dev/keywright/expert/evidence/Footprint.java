package dev.keywright.expert.evidence;

import dev.keywright.expert.evidence.Fill.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Every key a candidate can have written, known without asking the server: scripts, too, touch only keys they are given. */
final class Footprint {

    private static final int CHUNK = 500;

    private final String prefix;
    private final Map<String, Text> texts = new LinkedHashMap<>();

    Footprint(String prefix, List<Operation> operations) {
        this.prefix = prefix;
        operations.stream()
                .filter(operation -> !operation.publishes())
                .flatMap(operation -> operation.keys().stream())
                .forEach(text -> texts.putIfAbsent(text.written(), text));
    }

    String prefix() {
        return prefix;
    }

    List<Text> texts() {
        return List.copyOf(texts.values());
    }

    String key(Text text, long item) {
        return prefix + text.render(new Turn(item, 0));
    }

    /** Up to so many keys of one kind, spread over all items. */
    List<String> some(Text text, long items, int most) {
        long distinct = Fill.distinct(text.varies(), items);
        long count = Math.min(distinct, most);
        List<String> keys = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            keys.add(key(text, i * distinct / count));
        }
        return keys;
    }

    /** All keys that so many items can have led to, some hundred at a time. */
    void forEach(long items, Consumer<List<String>> action) {
        for (Text text : texts.values()) {
            long distinct = Fill.distinct(text.varies(), items);
            for (long from = 0; from < distinct; from += CHUNK) {
                List<String> keys = new ArrayList<>();
                for (long i = from; i < Math.min(distinct, from + CHUNK); i++) {
                    keys.add(key(text, i));
                }
                action.accept(keys);
            }
        }
    }
}
