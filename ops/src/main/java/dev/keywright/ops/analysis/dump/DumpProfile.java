package dev.keywright.ops.analysis.dump;

import dev.keywright.ops.memory.Allocator;
import dev.keywright.ops.memory.Encodings;
import dev.keywright.ops.memory.Profile;
import dev.keywright.ops.memory.Version;
import dev.keywright.ops.rdb.RdbHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The server that a dump is reckoned for: what the options say, then what the file says, then what is likely.
 *
 * @param assumptions what is likely only
 */
record DumpProfile(Profile profile, List<String> assumptions) {

    private static final String VALKEY = "valkey-ver";
    private static final String REDIS = "redis-ver";

    static DumpProfile of(RdbHeader header, DumpOptions options) {
        List<String> assumptions = new ArrayList<>();
        Version version = options.version().orElseGet(() -> version(header, assumptions));
        if (options.allocator().isEmpty()) {
            assumptions.add(
                    "A dump does not tell the allocator; jemalloc with a quantum of 8 bytes is assumed, as in builds"
                            + " from source and in container images.");
        }
        if (options.encodings() == Encodings.STORED) {
            assumptions.add("Values are taken to have the encodings they are stored in.");
        }
        if ("32".equals(header.auxiliary().get("redis-bits"))) {
            assumptions.add("A server of 32 bits wrote it; one of 64 bits is reckoned.");
        }
        Profile profile = Profile.of(options.allocator().orElse(Allocator.JEMALLOC_8), version)
                .withLimits(options.limits())
                .withSlots(options.slots())
                .withSharedIntegers(options.sharesIntegers());
        return new DumpProfile(profile, List.copyOf(assumptions));
    }

    private static Version version(RdbHeader header, List<String> assumptions) {
        boolean valkey = header.valkey() || header.auxiliary().containsKey(VALKEY);
        String told = header.auxiliary().getOrDefault(valkey ? VALKEY : REDIS, "");
        String product = valkey ? "Valkey " : "Redis ";
        Optional<Version> known = Version.of(valkey, told);
        if (known.isEmpty()) {
            Version version = valkey ? Version.VALKEY_8_0 : Version.REDIS_7_2;
            assumptions.add("The file tells no version of its server that I can read; the layout of " + version
                    + " is assumed.");
            return version;
        }
        if (!(product + told).startsWith(known.get().toString())) {
            assumptions.add(product + told + " wrote it; the layout of " + known.get() + " is assumed.");
        }
        return known.get();
    }
}
