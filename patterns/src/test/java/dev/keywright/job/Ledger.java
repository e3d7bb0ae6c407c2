package dev.keywright.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.connection.Connection;
import dev.keywright.connection.Reply;
import dev.keywright.lease.Stem;
import java.time.Duration;
import java.util.List;

/** Looks at all jobs of a queue at one instant, and finds those that are not in exactly one state. For tests: it takes long. */
final class Ledger {

    private static final String AUDIT = """
        #!lua flags=no-writes
        local where, faults = {}, {}
        local function add(id, set)
            where[id] = where[id] and where[id] .. ' and ' .. set or set
        end
        for i, set in ipairs({'ready', 'later', 'active', 'done', 'dead'}) do
            for _, id in ipairs(redis.call('ZRANGE', KEYS[i + 1], 0, -1)) do
                add(id, set)
            end
        end
        for _, member in ipairs(redis.call('ZRANGE', KEYS[7], 0, -1)) do
            local length = string.match(member, '^%a(%d+):')
            add(string.sub(member, 3 + #length + length + 1 + 16 + 1), 'behind')
            local key = string.sub(member, 3 + #length, 2 + #length + length)
            local holder = redis.call('HGET', KEYS[8], string.sub(member, 1, 1) .. key)
            if not holder or string.sub(member, 1, 1) == 'k' and redis.call('HEXISTS', KEYS[1], 'j' .. holder) == 0 then
                faults[#faults + 1] = member .. ' waits for nobody'
            end
        end
        for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
            local id = string.sub(field, 2)
            if string.sub(field, 1, 1) == 'j' then
                if not where[id] then
                    faults[#faults + 1] = id .. ' is nowhere'
                elseif string.find(where[id], ' and ') then
                    faults[#faults + 1] = id .. ' is ' .. where[id]
                end
                where[id] = nil
            elseif redis.call('HEXISTS', KEYS[1], 'j' .. id) == 0 then
                faults[#faults + 1] = 'field ' .. field .. ' is left over'
            end
        end
        for id, set in pairs(where) do
            faults[#faults + 1] = id .. ' is ' .. set .. ' without being stored'
        end
        return faults
        """;

    private Ledger() {}

    /** Empty when every job is in exactly one state. */
    static List<String> faults(Connection connection, String queue) {
        Stem stem = new Stem("job", "job queue", queue);
        Command.Builder audit =
                Command.named("EVAL").argument(AUDIT.getBytes(UTF_8)).argument(8);
        for (String suffix : List.of("jobs", "ready", "later", "active", "done", "dead", "behind", "locks")) {
            audit.key(stem.key(":" + suffix));
        }
        return connection.call(audit.build(), Duration.ofSeconds(20)).orThrow("audit of " + queue).items().stream()
                .map(Reply::text)
                .toList();
    }
}
