package dev.keywright.ops.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keywright.ops.rdb.Entry;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FormTest {

    /** What Redis 8.0 answers to DUMP of {@code name=n1 text=x*100 n=12}, where name has a TTL. */
    private static final String TIMED =
            "1800d8c32cbb0300000300016ec00c000474657874c3094064017878e0570001787801046e616d65"
                    + "026e310c00a1822502bf72d765";

    @Test
    void aHashWhoseFieldsHaveTimesMissesBeingCompactAsAnyOther() {
        assertThat(Form.of(entry(TIMED))).isEqualTo(new Form(Form.Kind.HASH, 3, 100, 1 + 2 + 4 + 100 + 4 + 2));
    }

    /** Its number means something else there. */
    @Test
    void aHashOfValkeyWhoseFieldsHaveTimesIsNeverCompact() {
        String valkey = "1601016e0231320000000000000000" + "5000" + "0000000000000000";
        assertThat(Form.of(entry(valkey))).isNull();
    }

    private static Entry entry(String payload) {
        return new Entry(0, new byte[] {'k'}, Entry.NEVER, HexFormat.of().parseHex(payload));
    }
}
