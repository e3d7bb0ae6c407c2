package dev.keywright.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntryTest {

    private static final byte[] BODY = {1, 2, 3};
    private static final byte[] VERSIONS = "version1version2".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private static byte[] entry(boolean renewable, byte[] versions) {
        return PlainShelf.joined(Entry.head(Entry.VALUE, (byte) 's', 0xABCD, renewable, 1234, versions), BODY);
    }

    @Test
    void whatWasMadeIsReadBack() {
        for (boolean renewable : new boolean[] {false, true}) {
            for (byte[] versions : new byte[][] {null, {}, VERSIONS}) {
                byte[] bytes = entry(renewable, versions);
                Entry entry = Entry.of(bytes);
                assertThat(entry).isNotNull();
                assertThat(entry.isAbsent()).isFalse();
                assertThat(entry.isRenewable()).isEqualTo(renewable);
                assertThat(entry.format()).isEqualTo((byte) 's');
                assertThat(entry.schema()).isEqualTo(0xABCD);
                assertThat(entry.costMillis()).isEqualTo(renewable ? 1234 : 0);
                assertThat(Arrays.copyOfRange(bytes, entry.payloadAt(), bytes.length))
                        .isEqualTo(BODY);
                assertThat(entry.payloadLength()).isEqualTo(3);
                byte[] none = {};
                assertThat(entry.hasVersions(versions == null ? none : versions))
                        .isTrue();
                assertThat(entry.hasVersions("version1versionX".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                        .isFalse();
                assertThat(Entry.isBare(bytes, 0xABCD)).isEqualTo(!renewable && versions == null);
                assertThat(Entry.isBare(bytes, 0xABCE)).isFalse();
            }
        }
    }

    @Test
    void anyBytesAreReadOrRefusedAndHaveABeginning() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 0 && random.nextBoolean()) {
                bytes[0] = random.nextBoolean() ? Entry.VALUE : Entry.ABSENT;
            }
            Entry entry = Entry.of(bytes);
            if (entry != null) {
                assertThat(entry.payloadLength()).isNotNegative();
                entry.hasVersions(VERSIONS);
                entry.costMillis();
            }
            if (bytes.length > 0) {
                assertThat(Entry.startOf(bytes).length).isBetween(1, 64);
            }
        }
    }

    @Test
    void theBeginningDoesNotChangeWithALease() {
        byte[] one = entry(true, VERSIONS);
        byte[] other = one.clone();
        other[1] |= 4;
        Arrays.fill(other, 5, 21, (byte) 9);
        assertThat(Entry.startOf(other)).isEqualTo(Entry.startOf(one));
        other[one.length - 1]++;
        assertThat(Entry.startOf(other)).isNotEqualTo(Entry.startOf(one));
    }

    @Test
    void tokensAreGivenOnce() {
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            assertThat(given.add(Arrays.toString(Tokens.next()))).isTrue();
        }
    }

    @Test
    void jitterShortensEvenly() {
        Jitter jitter = new Jitter(0.5);
        int[] counts = new int[10];
        for (int i = 0; i < 1000; i++) {
            long millis = jitter.of(1_000_000);
            assertThat(millis).isBetween(500_000L, 1_000_000L);
            counts[(int) Math.min(9, (millis - 500_000) / 50_000)]++;
        }
        assertThat(counts)
                .satisfies(each ->
                        Arrays.stream(each).forEach(count -> assertThat(count).isBetween(90, 110)));
        assertThat(new Jitter(0).of(77)).isEqualTo(77);
    }
}
