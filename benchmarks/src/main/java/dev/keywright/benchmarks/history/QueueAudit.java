package dev.keywright.benchmarks.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.Keywright;
import dev.keywright.KeywrightException;
import dev.keywright.connection.Command;
import dev.keywright.connection.Reply;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at all that the server has of one trial, at one instant. It takes the server some tenths of a second. Threads: one. */
final class QueueAudit implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern NUMBER = Pattern.compile("#(\\d+)#");

    /** Each id is in one set, and nothing is stored of others. */
    private static final String JOBS = """
        local stem, where, faults = KEYS[1], {}, {}
        local function add(id, set)
            where[id] = where[id] and where[id] .. ' and ' .. set or set
        end
        for _, set in ipairs({'ready', 'later', 'active', 'done', 'dead'}) do
            for _, id in ipairs(redis.call('ZRANGE', stem .. ':' .. set, 0, -1)) do
                add(id, set)
            end
        end
        for _, member in ipairs(redis.call('ZRANGE', stem .. ':behind', 0, -1)) do
            local length = string.match(member, '^%a(%d+):')
            add(string.sub(member, 3 + #length + length + 1 + 16 + 1), 'behind')
        end
        for _, field in ipairs(redis.call('HKEYS', stem .. ':jobs')) do
            local id = string.sub(field, 2)
            if string.sub(field, 1, 1) == 'j' then
                if not where[id] then
                    faults[#faults + 1] = id .. ' is nowhere'
                elseif string.find(where[id], ' and ') then
                    faults[#faults + 1] = id .. ' is ' .. where[id]
                end
                where[id] = nil
            elseif redis.call('HEXISTS', stem .. ':jobs', 'j' .. id) == 0 then
                faults[#faults + 1] = 'field ' .. field .. ' is left over'
            end
        end
        for id, set in pairs(where) do
            faults[#faults + 1] = id .. ' is ' .. set .. ' without being stored'
        end
        return faults
        """;

    /** Each entry is in one list. */
    private static final String QUEUE = """
        local stem, where, faults = KEYS[1], {}, {}
        local function add(entries, list)
            for _, entry in ipairs(entries) do
                local id = string.match(entry, '^%d+;([^;]+);')
                if id and where[id] then
                    faults[#faults + 1] = id .. ' is ' .. where[id] .. ' and ' .. list
                elseif id then
                    where[id] = list
                end
            end
        end
        add(redis.call('LRANGE', stem, 0, -1), 'waiting')
        add(redis.call('LRANGE', stem .. ':dead', 0, -1), 'dead')
        add(redis.call('ZRANGE', stem .. ':later', 0, -1), 'later')
        for _, key in ipairs(redis.call('KEYS', stem .. ':taken:*')) do
            add(redis.call('LRANGE', key, 0, -1), 'taken')
        end
        return faults
        """;

    /** Each number is there once; what is pending is there and was read, and is not dead. */
    private static final String STREAM = """
        local stem, where, numbers, faults = KEYS[1], {}, {}, {}
        local function number(entry)
            for _, text in ipairs(entry[2] or {}) do
                local found = string.match(text, '#(%d+)#')
                if found then
                    return found
                end
            end
        end
        for _, entry in ipairs(redis.call('XRANGE', stem, '-', '+')) do
            local found = number(entry) or entry[1]
            if numbers[found] then
                faults[#faults + 1] = found .. ' is there twice'
            end
            numbers[found] = entry[1]
            where[entry[1]] = found
        end
        if redis.call('EXISTS', stem) == 0 or #redis.call('XINFO', 'GROUPS', stem) == 0 then
            return faults
        end
        local pending = {}
        for _, each in ipairs(redis.call('XPENDING', stem, ARGV[1], '-', '+', 1000000)) do
            if where[each[1]] then
                pending[where[each[1]]] = true
            else
                faults[#faults + 1] = each[1] .. ' is pending without being there'
            end
        end
        for _, entry in ipairs(redis.call('XRANGE', stem .. ':dead:' .. ARGV[1], '-', '+')) do
            local found = number(entry)
            if found and pending[found] then
                faults[#faults + 1] = found .. ' is pending and dead'
            end
        end
        return faults
        """;

    private final QueueKind kind;
    private final Keywright keywright;

    QueueAudit(QueueKind kind, String uri) {
        this.kind = kind;
        this.keywright = Keywright.connect(uri);
    }

    private String stem() {
        return switch (kind) {
            case JOBS -> "job:{" + QueueClient.NAME + "}";
            case STREAM -> "stream:{" + QueueClient.NAME + "}";
            case QUEUE -> "queue:{" + QueueClient.NAME + "}";
            case NAIVE, REDISSON -> QueueClient.NAME;
        };
    }

    /** What is not in exactly one state; absent where nothing can be said, or the server does not answer. */
    Optional<List<String>> faults() {
        String script = switch (kind) {
            case JOBS -> JOBS;
            case STREAM -> STREAM;
            case QUEUE -> QUEUE;
            case NAIVE, REDISSON -> "";
        };
        if (script.isEmpty()) {
            return Optional.empty();
        }
        Command audit = Command.named("EVAL")
                .argument(script.getBytes(UTF_8))
                .argument(1)
                .key(stem())
                .argument(QueueClient.GROUP)
                .build();
        try {
            return Optional.of(keywright.connection().call(audit, PATIENCE).orThrow("audit").items().stream()
                    .map(Reply::text)
                    .toList());
        } catch (KeywrightException.Unavailable away) {
            return Optional.empty();
        }
    }

    /** The numbers that the server has, whatever their state; asks until it answers. */
    BitSet present() {
        Command all = switch (kind) {
            case JOBS -> Command.named("HKEYS").key(stem() + ":jobs").build();
            case STREAM ->
                Command.named("XRANGE").key(stem()).argument("-").argument("+").build();
            case QUEUE, NAIVE, REDISSON ->
                Command.named("LRANGE").key(stem()).argument(0).argument(-1).build();
        };
        long start = System.nanoTime();
        while (true) {
            try {
                BitSet present = new BitSet();
                note(keywright.connection().call(all, PATIENCE).orThrow("audit"), present);
                return present;
            } catch (KeywrightException.Unavailable away) {
                if (System.nanoTime() - start > 3 * PATIENCE.toNanos()) {
                    throw away;
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private static void note(Reply reply, BitSet present) {
        if (reply instanceof Reply.Items items) {
            items.items().forEach(each -> note(each, present));
        } else if (!reply.isNothing()) {
            Matcher matcher = NUMBER.matcher(reply.text());
            while (matcher.find()) {
                present.set(Integer.parseInt(matcher.group(1)));
            }
        }
    }

    @Override
    public void close() {
        keywright.close();
    }
}
