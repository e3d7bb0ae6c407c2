package dev.keywright.ops.rdb;

import dev.keywright.ops.rdb.ElementSink.Role;
import java.io.IOException;
import java.util.Locale;

/** Reads elements, alone or in blocks, and tells of them as far as anybody wants to know. */
final class Teller {

    private final RdbInput in;
    private final byte[] peeked = new byte[Packed.HEAD_BYTES];

    private ElementSink sink = ElementSink.NONE;
    private RdbValue value = new RdbValue();
    private boolean counting;
    private boolean telling;
    /** The first of these is the value's head. */
    private Role headRole = Role.ITEM;

    private boolean headless;

    Teller(RdbInput in) {
        this.in = in;
    }

    /** Of values, nothing is wanted but where they end. */
    void beginSilently() {
        begin(Role.ITEM, ElementSink.NONE, value);
        counting = false;
    }

    void begin(Role head, ElementSink to, RdbValue about) {
        sink = to;
        value = about;
        value.clear();
        counting = true;
        telling = to != ElementSink.NONE;
        value.told = telling;
        headRole = head;
        headless = telling;
    }

    RdbValue value() {
        return value;
    }

    ElementSink sink() {
        return sink;
    }

    boolean isTelling() {
        return telling;
    }

    boolean isCounting() {
        return counting;
    }

    // --- elements alone

    /** Passes over a string of the file: the whole value. */
    void string() throws IOException {
        in.string();
        value.elements = 1;
        value.lengthBytes = in.length;
        if (telling) {
            value.headBytes = in.head(value.head);
            if (in.form == RdbInput.Form.NUMBER) {
                value.integer = true;
                value.number = in.number;
            } else if (in.length <= Decimal.MOST_BYTES) {
                value.integer = Decimal.isInteger(value.head, 0, value.headBytes);
                value.number = value.integer ? Decimal.value(value.head, 0, value.headBytes) : 0;
            }
        }
        in.skipString();
    }

    /** Passes over a string of the file: an element. */
    void element(Role role) throws IOException {
        in.string();
        begun(role);
    }

    /** Passes over the string that has begun: an element. */
    void begun(Role role) throws IOException {
        if (telling) {
            if (headless && role == headRole) {
                value.headBytes = in.head(value.head);
                headless = false;
            }
            tell(role);
        }
        in.skipString();
    }

    private void tell(Role role) throws IOException {
        if (in.form == RdbInput.Form.NUMBER) {
            sink.integer(role, (int) in.length, in.number);
            return;
        }
        if (in.form == RdbInput.Form.PLAIN && in.length <= Decimal.MOST_BYTES) {
            int length = (int) in.length;
            in.require(length);
            if (Decimal.isInteger(in.buffer, in.at, length)) {
                sink.integer(role, length, Decimal.value(in.buffer, in.at, length));
                return;
            }
        }
        sink.text(role, in.length);
    }

    void score(double score) {
        if (Double.isNaN(value.firstScore)) {
            value.firstScore = score;
        }
        if (telling) {
            sink.score(score);
        }
    }

    void expiry(long atMillis) {
        value.expiring++;
        if (telling) {
            sink.expiry(atMillis);
        }
    }

    // --- blocks

    /** Passes over a block whose elements stand for these roles in turn; how many times they do. */
    long block(Packed packed, Role[] roles) throws IOException {
        in.string();
        return open(packed) ? walk(packed, roles) : peek(packed, roles.length);
    }

    /** Takes the block whose string has begun, if it is to be walked; else {@link #peek} must follow. */
    boolean open(Packed packed) throws IOException {
        value.blobBytes += in.length;
        if (!telling || Math.max(in.length, in.stored) > RdbInput.BLOCK_LIMIT) {
            value.told = false;
            return false;
        }
        if (in.form == RdbInput.Form.NUMBER) {
            throw in.damaged("a number stands where a block of elements should");
        }
        in.takeBlock();
        packed.on(in.block, in.blockFrom, in.blockBytes);
        return true;
    }

    /** Passes over the block whose string has begun; what its head says of its elements, so many at a time. */
    long peek(Packed packed, int each) throws IOException {
        long count = counting ? packed.count(peeked, 0, in.head(peeked)) : RdbValue.UNKNOWN;
        in.skipString();
        return count < 0 ? RdbValue.UNKNOWN : count / each;
    }

    long walk(Packed packed, Role[] roles) throws IOException {
        long count = 0;
        int turn = 0;
        while (packed.next()) {
            tell(packed, roles[turn]);
            if (++turn == roles.length) {
                turn = 0;
                count++;
            }
        }
        finish(packed);
        if (turn != 0) {
            throw broken(packed, "its last element is not complete");
        }
        long told = packed.count();
        if (told != RdbValue.UNKNOWN && told != count * roles.length) {
            throw broken(packed, "it has " + count * roles.length + " elements and says that it has " + told);
        }
        return count;
    }

    /** The walk has ended: whether it should have. */
    void finish(Packed packed) throws RdbFailure {
        if (packed.fault != null) {
            throw broken(packed, packed.fault);
        }
    }

    RdbFailure broken(Packed packed, String why) {
        String name = packed.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return in.damaged("a block of elements (" + name + ") is broken: " + why);
    }

    /** Goes to the next element, which must be there. */
    void next(Packed packed) throws RdbFailure {
        if (!packed.next()) {
            finish(packed);
            throw broken(packed, "its last element is not complete");
        }
    }

    /** The next element, which must be a number. */
    long nextNumber(Packed packed) throws RdbFailure {
        next(packed);
        if (!packed.integer) {
            throw broken(packed, "a text stands where a number should");
        }
        return packed.number;
    }

    /** Tells the element that the walk has come to. */
    void tell(Packed packed, Role role) {
        if (headless && role == headRole) {
            head(packed);
        }
        if (packed.integer) {
            sink.integer(role, Decimal.length(packed.number), packed.number);
        } else {
            sink.text(role, packed.textBytes);
        }
        if (role == Role.SCORE && Double.isNaN(value.firstScore)) {
            value.firstScore =
                    packed.integer ? packed.number : Scores.parse(packed.bytes, packed.textFrom, packed.textBytes);
        }
    }

    private void head(Packed packed) {
        if (packed.integer) {
            value.headBytes = Decimal.write(packed.number, value.head);
        } else {
            value.headBytes = Math.min(packed.textBytes, RdbValue.HEAD_LIMIT);
            System.arraycopy(packed.bytes, packed.textFrom, value.head, 0, value.headBytes);
        }
        headless = false;
    }
}
