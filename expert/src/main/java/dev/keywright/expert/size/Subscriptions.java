package dev.keywright.expert.size;

import dev.keywright.expert.workload.Quantities;
import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Overheads;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Version;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Channels and their subscribers as a text tells of them: no data, but tables and connections.
 *
 * @param channels 1 where they were not counted
 * @param subscriptions of all channels together; 0 where they were not counted
 * @param rest the text without them
 */
record Subscriptions(long channels, long subscriptions, String rest) {

    private static final Pattern ANY =
            Pattern.compile("(?i)\\bpub ?[/-]? ?sub\\b|\\bpublish ?[/-] ?subscribe\\b|\\bpsubscribe\\b"
                    + "|\\bchannels?\\b.*\\bsubscri|\\bsubscri\\w+.*\\bchannels?\\b");
    private static final String NUMBER = "(\\d[\\d.,_]*(?: ?(?:k|m|thousand|million)\\b)?)";
    private static final String LINK = "(?:with |and |to |each |having |has |have |for |, ){0,5}";
    private static final Pattern NAME = Pattern.compile("(?i)" + LINK + "(?:" + NUMBER
            + " )?(?:redis )?(?:pub ?[/-]? ?sub|publish ?[/-] ?subscribe)(?: (?:channels?|topics?|messages?))?");
    private static final Pattern CHANNELS = Pattern.compile("(?i)" + LINK + NUMBER + " (?:channels?|topics?)");
    private static final Pattern SUBSCRIBERS = Pattern.compile("(?i)" + LINK + NUMBER
            + " (?:subscribers?|subscriptions?|listeners?|subscribed clients)( each| per (?:channel|topic)| on"
            + " each| in each)?");
    private static final Pattern MESSAGES = Pattern.compile("(?i)" + LINK + NUMBER
            + " messages?(?: (?:of|with) [\\d.]+ ?(?:[km]i?b|b|bytes))?(?: ?(?:per|a|/)"
            + " ?(?:s|sec|second|minute))?|(?i)messages? of [\\d.]+ ?(?:[km]i?b|b|bytes)");
    private static final long NAME_BYTES = 20;

    static boolean isSpokenOf(String text) {
        return ANY.matcher(text).find();
    }

    static Subscriptions in(String text) {
        StringBuilder rest = new StringBuilder(text);
        long named = taken(NAME, rest);
        long channels = Math.max(1, Math.max(named, taken(CHANNELS, rest)));
        Matcher each = SUBSCRIBERS.matcher(rest);
        boolean ofEach = each.find() && each.group(2) != null;
        long subscribers = taken(SUBSCRIBERS, rest);
        taken(MESSAGES, rest);
        return new Subscriptions(channels, ofEach ? channels * subscribers : subscribers, rest.toString());
    }

    /** The first number of a phrase, which is taken out; 0 where there is none. */
    private static long taken(Pattern phrase, StringBuilder text) {
        Matcher found = phrase.matcher(text);
        if (!found.find()) {
            return 0;
        }
        String number = found.group(1);
        text.replace(found.start(), found.end(), " ".repeat(found.end() - found.start()));
        return number == null
                ? 0
                : Math.round(Quantities.value("keys", number.strip().toLowerCase(Locale.ROOT))
                        .orElse(0.0));
    }

    /** What they take, and what to give instead, in one sentence. */
    String sentence() {
        Overheads overheads = new Overheads(Profile.of(Allocator.JEMALLOC_8, Version.REDIS_8_0));
        String tables = megabytes(overheads.pubSubBytes(channels, subscriptions, NAME_BYTES));
        String clients = megabytes(overheads.clientBytes(0, subscriptions));
        return "Pub/sub keeps no keys: messages only pass through the output buffers of the subscribers"
                + (subscriptions == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", and %,d subscriptions take about %s of tables and, with a connection each, %s",
                                subscriptions,
                                tables,
                                clients))
                + "; describe the data beside it, and give the connections as \"500 connections\".";
    }

    private static String megabytes(double bytes) {
        return String.format(Locale.ROOT, bytes < 1e7 ? "%.1f MB" : "%,.0f MB", bytes / 1e6);
    }
}
