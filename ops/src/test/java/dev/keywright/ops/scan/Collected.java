package dev.keywright.ops.scan;

import dev.keywright.ops.analysis.Key;
import dev.keywright.ops.analysis.KeySink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Keeps the keys that each sink was told. */
final class Collected {

    private final Map<ScanNode, List<Key>> keys = new ConcurrentHashMap<>();
    private final List<ScanProgress> progress = new CopyOnWriteArrayList<>();
    private final AtomicInteger told = new AtomicInteger();
    private final IntConsumer atKey;

    Collected() {
        this(number -> {});
    }

    /** @param atKey told the number of each key, from 1 on, on the scan's thread */
    Collected(IntConsumer atKey) {
        this.atKey = atKey;
    }

    static Collected atKey(int number, Runnable action) {
        return new Collected(each -> {
            if (each == number) {
                action.run();
            }
        });
    }

    ScanOutcome by(LiveScan scan) {
        return scan.run(this::sink, progress::add);
    }

    private KeySink sink(ScanNode node) {
        List<Key> buffer = keys.computeIfAbsent(node, first -> new ArrayList<>());
        return key -> {
            buffer.add(key);
            atKey.accept(told.incrementAndGet());
        };
    }

    /** The keys that count. */
    List<Key> of(ScanOutcome outcome) {
        return outcome.shards().stream()
                .flatMap(shard -> keys.getOrDefault(shard.node(), List.of()).stream())
                .sorted(Comparator.comparing(key -> key.database() + ":" + key.name()))
                .toList();
    }

    List<String> names(ScanOutcome outcome) {
        return of(outcome).stream()
                .map(key -> key.database() + ":" + key.name())
                .toList();
    }

    List<ScanProgress> progress() {
        return progress;
    }
}
