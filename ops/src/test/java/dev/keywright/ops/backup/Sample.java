package dev.keywright.ops.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.wire.Access;
import dev.keywright.ops.wire.Node;
import dev.keywright.ops.wire.Wire;
import dev.keywright.server.Redis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Data of every type, the same each time. */
final class Sample {

    private Sample() {}

    static Backup.Result backup(String uri, Path folder) {
        return backup(uri, folder, Backup.Options.DEFAULTS);
    }

    static Backup.Result backup(String uri, Path folder, Backup.Options options) {
        return Backup.run(uri, folder, options, text -> {});
    }

    static Restore.Result restore(Path sets, String uri, Restore.Existing existing) {
        return Restore.run(sets, uri, existing, Restore.Proof.EVERY_KEY, text -> {});
    }

    static Wire wire(Redis redis, int node) throws IOException {
        return Wire.open(new Node("127.0.0.1", redis.nodes().get(node).port()), Access.of(redis.uri()));
    }

    /** One key of each type and encoding, in databases 0, 3 and 15, with TTLs and a function: 15 keys in database 0. */
    static void everything(Redis redis) throws IOException {
        try (Wire wire = wire(redis, 0)) {
            wire.ask("SET", "text", "hello");
            wire.ask("SET", "number", "42");
            wire.ask("SET", "text:ttl", "soon", "PXAT", "4102444800123");
            wire.ask("RPUSH", "list", "a", "b", "c");
            wire.ask("HSET", "hash:small", "f", "1", "g", "2");
            wire.ask("PEXPIREAT", "hash:small", "4102444800456");
            wire.ask("SADD", "set:int", "1", "2", "3");
            wire.ask("SADD", "set:text", "x", "y", "z");
            wire.ask("ZADD", "zset:small", "1.5", "a", "-2", "b");
            wire.ask("PFADD", "unique", "a", "b", "c");
            wire.ask("GEOADD", "places", "13.4", "52.5", "here");
            wire.ask("XADD", "stream", "1-1", "k", "v");
            wire.ask("XADD", "stream", "2-1", "k", "w");
            wire.ask("XGROUP", "CREATE", "stream", "workers", "0");
            wire.ask("XREADGROUP", "GROUP", "workers", "ann", "COUNT", "1", "STREAMS", "stream", ">");
            wire.ask("SET", "big", "v".repeat(300_000));
            for (int i = 0; i < 600; i++) {
                wire.ask("HSET", "hash:big", "field" + i, "value" + i);
                wire.ask("ZADD", "zset:big", Integer.toString(i), "member" + i);
                wire.ask("SADD", "set:big", "member" + i);
            }
            wire.ask("SELECT", "3");
            wire.ask("SET", "in three", "3");
            wire.ask("SELECT", "15");
            wire.ask("SET", "in fifteen", "15", "EX", "100000");
            wire.ask(
                    "FUNCTION",
                    "LOAD",
                    "#!lua name=tools\nredis.register_function('twice', function(k, a) return 2 * a[1] end)");
        }
    }

    /** So many short strings, spread over the nodes by slot when it is a cluster. */
    static void strings(Redis redis, int keys) throws IOException {
        Random random = new Random(1);
        List<String> words = List.of("red", "green", "blue");
        try (Target target = Target.open(redis.uri())) {
            for (int i = 0; i < keys; i++) {
                String key = "key:" + i;
                Wire wire = target.owner(key.getBytes(UTF_8)).wire();
                wire.ask("SET", key, words.get(random.nextInt(3)) + random.nextInt());
            }
        }
    }
}
