package dev.keywright.app.operation;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code --set name=value}: canonical names of quantities, values with the usual endings (5M, 2KiB, 30min). */
public final class Overrides {

    private static final Set<String> NAMES = Set.of(
            "keys", "members", "users", "clients", "entities", "fields", "points", "value_bytes", "data_bytes",
            "memory_bytes", "rate_per_second", "latency_ms", "limit", "window_seconds", "burst", "block_seconds",
            "ttl_seconds", "staleness_seconds", "retention_seconds", "history", "days", "top_n", "winners", "percent",
            "duration_seconds", "timeout_seconds", "delay_seconds", "hold_seconds", "retry_seconds", "retries",
            "heartbeat_seconds", "compute_seconds", "downtime_seconds", "failover_seconds", "rpo_seconds", "stock",
            "radius_m", "followers_avg", "followers_max", "nodes", "shards", "replicas", "sentinels",
            "availability_percent", "entries");

    private static final Pattern VALUE = Pattern.compile("([0-9][0-9_,]*(?:\\.[0-9]+)?(?:[eE][0-9]+)?)\\s*([a-zA-Z%]*)");

    private static final Map<String, Double> SIZES = Map.of(
            "b", 1.0, "kb", 1e3, "mb", 1e6, "gb", 1e9, "tb", 1e12, "kib", 1024.0, "mib", 1048576.0, "gib", 1073741824.0);

    private static final Map<String, Double> TIMES = Map.of(
            "ms", 0.001, "s", 1.0, "sec", 1.0, "m", 60.0, "min", 60.0, "h", 3600.0, "d", 86_400.0, "day", 86_400.0,
            "days", 86_400.0);

    private static final Map<String, Double> COUNTS = Map.of("", 1.0, "k", 1e3, "m", 1e6, "bn", 1e9, "g", 1e9, "%", 1.0);

    private Overrides() {}

    public static Map<String, Double> parse(List<String> settings) {
        Map<String, Double> overrides = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new UserError("--set " + setting + " is not name=value; write for example --set keys=5M.");
            }
            String name = setting.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            if (!NAMES.contains(name)) {
                throw new UserError("--set knows no quantity called " + name + "; known are "
                        + String.join(", ", NAMES.stream().sorted().toList()) + ".");
            }
            overrides.put(name, value(name, setting.substring(equals + 1).strip()));
        }
        return overrides;
    }

    private static double value(String name, String text) {
        Matcher matcher = VALUE.matcher(text);
        Map<String, Double> units = name.endsWith("_bytes") ? SIZES : name.endsWith("_seconds") ? TIMES : COUNTS;
        String unit = matcher.matches() ? matcher.group(2).toLowerCase(Locale.ROOT) : "?";
        Double factor = units.getOrDefault(unit, COUNTS.get(unit));
        if (factor == null || !matcher.matches()) {
            throw new UserError("--set " + name + "=" + text + " is not a number with a known ending; write for example "
                    + (name.endsWith("_bytes") ? "2KB or 6GiB" : name.endsWith("_seconds") ? "90, 90s or 15min" : "5000, 80k or 5M")
                    + ".");
        }
        return Double.parseDouble(matcher.group(1).replaceAll("[_,]", "")) * factor;
    }
}
