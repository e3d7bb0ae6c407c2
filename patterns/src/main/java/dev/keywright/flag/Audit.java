package dev.keywright.flag;

import dev.keywright.connection.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads what was written down, newest first, some entries at a time. */
final class Audit {

    private static final int AT_ONCE = 500;

    private final FlagKeys keys;
    private final Mirror mirror;
    private final Optional<String> flag;
    private final int most;
    private final List<AuditEntry> found = new ArrayList<>();

    /** @param flag whose changes are wanted; all when empty */
    Audit(FlagKeys keys, Mirror mirror, Optional<String> flag, int most) {
        if (most < 1 || most > 10_000) {
            throw new IllegalArgumentException(most + " entries asked for; give 1 to 10,000");
        }
        this.keys = keys;
        this.mirror = mirror;
        this.flag = flag;
        this.most = most;
    }

    List<AuditEntry> read() {
        String before = "+";
        while (!before.isEmpty()) {
            before = take(mirror.connection().call(keys.readLog(before, AT_ONCE), mirror.deadline()));
        }
        return List.copyOf(found);
    }

    CompletionStage<List<AuditEntry>> readAsync() {
        return readAsync("+");
    }

    private CompletionStage<List<AuditEntry>> readAsync(String before) {
        return mirror.connection()
                .send(keys.readLog(before, AT_ONCE), mirror.deadline())
                .thenApply(this::take)
                .thenCompose(next ->
                        next.isEmpty() ? CompletableFuture.completedStage(List.copyOf(found)) : readAsync(next));
    }

    /** @return where to go on, empty when there is enough */
    private String take(Reply reply) {
        List<Reply> entries = reply.orThrow(keys.toString()).items();
        for (Reply each : entries) {
            AuditEntry entry = entry(each.items());
            if (found.size() < most && flag.stream().allMatch(id -> isAbout(id, entry.subject()))) {
                found.add(entry);
            }
        }
        return found.size() == most || entries.size() < AT_ONCE
                ? ""
                : "(" + entries.get(entries.size() - 1).items().get(0).text();
    }

    private static boolean isAbout(String id, String subject) {
        String[] words = subject.split(" ");
        return !words[0].equals("group") && words[1].equals(id);
    }

    private static AuditEntry entry(List<Reply> entry) {
        String id = entry.get(0).text();
        List<String> words = entry.get(1).items().stream().map(Reply::text).toList();
        return new AuditEntry(
                Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-')))),
                words.get(1),
                words.get(3),
                words.get(5),
                words.get(7),
                words.get(9));
    }
}
