package dev.keywright.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.connection.Command;
import dev.keywright.key.KeySpace;
import dev.keywright.page.Ids;
import dev.keywright.script.Script;
import java.util.Collection;

/** The keys of feeds: one for each reader, and one for each author with what is their own. */
final class FeedKeys {

    private static final Script PUSH = Script.beside(FeedKeys.class, "push.lua");

    private final KeySpace keys;
    private final byte[] cap;
    private final byte[] ttl;

    FeedKeys(String name, FeedOptions options) {
        byte[] unused = Ids.bytes("name", name);
        this.keys = KeySpace.of("feed", name);
        this.cap = number(options.cap());
        this.ttl = number(options.ttl().toMillis());
    }

    private static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }

    byte[] home(String user) {
        byte[] unused = Ids.bytes("user", user);
        return keys.key(user, "home").getBytes(UTF_8);
    }

    byte[] own(String author) {
        byte[] unused = Ids.bytes("author", author);
        return keys.key(author, "own").getBytes(UTF_8);
    }

    Script.Invocation push(byte[] feed, Collection<FeedItem> items) {
        byte[][] arguments = new byte[2 + 2 * items.size()][];
        arguments[0] = cap;
        arguments[1] = ttl;
        int at = 2;
        for (FeedItem item : items) {
            arguments[at++] = number(item.time().toEpochMilli());
            arguments[at++] = item.member();
        }
        return PUSH.with(feed, arguments).repeatable();
    }

    static Command remove(byte[] feed, byte[] member) {
        return Command.named("ZREM").key(feed).argument(member).buildRepeatable();
    }

    static Command score(byte[] feed, byte[] member) {
        return Command.named("ZSCORE").key(feed).argument(member).buildRepeatable();
    }
}
