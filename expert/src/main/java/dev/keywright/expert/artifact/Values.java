package dev.keywright.expert.artifact;

import dev.keywright.expert.design.Assumption;
import dev.keywright.expert.design.CachePlan;
import dev.keywright.expert.design.Design;
import dev.keywright.expert.design.KeyDesign;
import dev.keywright.expert.design.MessagePlan;
import dev.keywright.expert.design.NeedDesign;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the placeholders in the templates of one need stand for:
 *
 * <pre>
 * package                   of the generated code
 * key 0 user                a Java expression for the key; the words behind the number fill its parts in order
 * name 0                    the key's name as the design writes it
 * glob 0                    the key's name with * for its parts
 * prefix 0                  what all names of the key begin with
 * ttl 0                     a Duration, how long the key lives; a third word is the most it may be, in seconds
 * duration hold_seconds 600 a Duration, from a quantity in seconds, or the given one; a third word is the least it may be, a
 *                           fourth the most
 * int limit 100             a positive int, from a quantity, or the given one; a third word is the most it may be
 * odd nodes 5 9             the same, made odd and at least 3: a majority of an even number bears no more losses
 * quota                     the quota of a rate limit
 * block                     how long a rate limit refuses after a refusal; empty where nothing says so
 * cells                     into how many parts an inventory is split
 * cache ttl                 a Duration of a cache's plan, or how many copies or waiting changes it allows
 * message capacity          of what carries messages: topic, key-order, capacity, lead, parts, cron, zone
 * topology-import, topology what a test needs to run on a cluster; empty otherwise
 * </pre>
 */
final class Values {

    /** Where fewer units of an article are on sale, they do not need several nodes to sell them. */
    private static final double HOT = 1_000;

    private static final double MOST_CELLS = 64;

    private final Design design;
    private final NeedDesign need;
    private final boolean cluster;

    Values(Design design, NeedDesign need, boolean cluster) {
        this.design = design;
        this.need = need;
        this.cluster = cluster;
    }

    String of(String placeholder) {
        String[] words = placeholder.strip().split(" +");
        return switch (words[0] + "/" + Math.min(words.length, 5)) {
            case "package/1" -> JavaProject.PACKAGE;
            case "key/2", "key/3", "key/4", "key/5" ->
                JavaLiterals.key(key(words[1]).name(), Arrays.asList(words).subList(2, words.length));
            case "name/2" -> key(words[1]).name();
            case "glob/2" -> JavaLiterals.glob(key(words[1]).name());
            case "prefix/2" -> JavaLiterals.prefix(key(words[1]).name());
            case "ttl/2" -> JavaLiterals.duration(ttl(words[1]));
            case "ttl/3" -> JavaLiterals.duration(Math.min(Double.parseDouble(words[2]), ttl(words[1])));
            case "duration/3" -> JavaLiterals.duration(quantity(words[1], words[2]));
            case "duration/4" ->
                JavaLiterals.duration(Math.max(Double.parseDouble(words[3]), quantity(words[1], words[2])));
            case "duration/5" ->
                JavaLiterals.duration(Math.min(
                        Double.parseDouble(words[4]),
                        Math.max(Double.parseDouble(words[3]), quantity(words[1], words[2]))));
            case "int/3" -> JavaLiterals.positiveInt(quantity(words[1], words[2]), Integer.MAX_VALUE);
            case "int/4" -> JavaLiterals.positiveInt(quantity(words[1], words[2]), Double.parseDouble(words[3]));
            case "odd/4" -> odd(quantity(words[1], words[2]), Double.parseDouble(words[3]));
            case "quota/1" -> quota();
            case "cells/1" -> JavaLiterals.positiveInt(cells(), MOST_CELLS);
            case "block/1" ->
                quantityKnown("block_seconds")
                        .map(seconds -> ".withBlock(" + JavaLiterals.duration(seconds) + ")")
                        .orElse("");
            case "cache/2" -> cache(words[1]);
            case "message/2" -> message(words[1]);
            case "topology-import/1" -> cluster ? "import dev.keywright.server.Topology;" : "";
            case "topology/1" -> cluster ? "(Topology.CLUSTER)" : "";
            default -> throw new IllegalArgumentException("there is no placeholder " + placeholder);
        };
    }

    private KeyDesign key(String number) {
        List<KeyDesign> keys = need.keys();
        int index = Integer.parseInt(number);
        if (index >= keys.size()) {
            throw new IllegalArgumentException(need.pattern() + " has no key " + number);
        }
        return keys.get(index);
    }

    private double ttl(String number) {
        KeyDesign key = key(number);
        return key.ttlSeconds()
                .map(Long::doubleValue)
                .orElseThrow(() -> new IllegalArgumentException("the key " + key.name() + " has no TTL"));
    }

    private double quantity(String name, String otherwise) {
        return quantityKnown(name).orElseGet(() -> Double.valueOf(otherwise));
    }

    /** What was said, else what was assumed. */
    private Optional<Double> quantityKnown(String name) {
        Optional<Double> assumed = design.assumptions().stream()
                .filter(assumption -> assumption.name().equals(name))
                .map(Assumption::value)
                .findFirst();
        return design.workload().quantity(name, need.pattern()).or(() -> assumed);
    }

    private String cache(String option) {
        CachePlan plan = need.cache().orElseThrow(() -> new IllegalArgumentException(need.pattern() + " is no cache"));
        return switch (option) {
            case "ttl" -> JavaLiterals.duration(plan.ttlSeconds());
            case "absent" -> JavaLiterals.duration(plan.absentSeconds());
            case "refresh" -> durationOrZero(plan.refreshSeconds());
            case "stale" -> durationOrZero(plan.staleSeconds());
            case "load" -> JavaLiterals.duration(plan.loadSeconds());
            case "near-entries" -> JavaLiterals.positiveInt(copies(plan).entries(), Integer.MAX_VALUE);
            case "near-bytes" -> JavaLiterals.positiveInt((double) copies(plan).bytes(), Integer.MAX_VALUE);
            case "near-mode" -> copies(plan).broadcast() ? "BROADCAST" : "OPT_IN";
            case "backlog" -> JavaLiterals.positiveInt(plan.backlog().orElseThrow(), Integer.MAX_VALUE);
            default -> throw new IllegalArgumentException("a cache has no option " + option);
        };
    }

    private static CachePlan.Copies copies(CachePlan plan) {
        return plan.copies().orElseThrow(() -> new IllegalArgumentException("this cache keeps no copies"));
    }

    private String message(String option) {
        MessagePlan plan = need.messages()
                .orElseThrow(() -> new IllegalArgumentException(need.pattern() + " carries no messages"));
        return switch (option) {
            case "topic" -> plan.form().equals("sharded-topic") ? "shardedTopic" : "topic";
            case "key-order" -> plan.keyOrder() ? ".withKeyOrder()" : "";
            case "capacity" -> JavaLiterals.positiveInt(plan.capacity(), Integer.MAX_VALUE);
            case "lead" -> JavaLiterals.duration(plan.leadSeconds());
            case "parts" -> Integer.toString(plan.parts());
            case "cron" -> plan.cron();
            case "zone" -> plan.zone();
            default -> throw new IllegalArgumentException("messages have no option " + option);
        };
    }

    private static String durationOrZero(double seconds) {
        return seconds == 0 ? "Duration.ZERO" : JavaLiterals.duration(seconds);
    }

    private static String odd(double value, double most) {
        long whole = Math.round(Math.max(3, Math.min(most, value)));
        return Long.toString(whole % 2 == 0 ? whole - 1 : whole);
    }

    /** Two for each node that shares the sale of articles with many units. */
    private double cells() {
        boolean shared = cluster && quantity("stock", "0") >= HOT;
        return shared ? 2 * quantity("shards", "3") : 1;
    }

    private String quota() {
        String permits = JavaLiterals.positiveInt(quantity("limit", "100"), Integer.MAX_VALUE);
        String window = JavaLiterals.duration(quantity("window_seconds", "60"));
        return switch (need.pattern()) {
            case "rate-limit-fixed-window" -> "Quota.fixedWindow(" + permits + ", " + window + ")";
            case "rate-limit-sliding-log" -> "Quota.slidingLog(" + permits + ", " + window + ")";
            case "rate-limit-sliding-counter" -> "Quota.slidingWindow(" + permits + ", " + window + ")";
            case "token-bucket" -> {
                String burst = JavaLiterals.positiveInt(quantity("burst", "20"), Integer.MAX_VALUE);
                yield "Quota.tokenBucket(" + burst + ", " + permits + ", " + window + ")";
            }
            default -> throw new IllegalArgumentException(need.pattern() + " is no rate limit");
        };
    }
}
