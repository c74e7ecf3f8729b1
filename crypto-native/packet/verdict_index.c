#include "verdict_index.h"
#include <string.h>

typedef const int32_t (*row_table)[NFI_ROW_WORDS];

/* --- match order --- */

static int32_t before(row_table rows, int32_t a, int32_t b)
{
    int32_t order_a = rows[a][NFI_ROW_ORDER], order_b = rows[b][NFI_ROW_ORDER];
    return order_a != order_b ? order_a < order_b : a < b;
}

/* Shell's sort: no recursion, no memory, and rows mostly come in order already. */
static void sort_rows(int16_t *row, int32_t count, row_table rows)
{
    int32_t gap = 1;
    while (gap < count / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (int32_t i = gap; i < count; i++) {
            int16_t moving = row[i];
            int32_t j = i;
            for (; j >= gap && before(rows, moving, row[j - gap]); j -= gap)
                row[j] = row[j - gap];
            row[j] = moving;
        }
}

static void list_rows(nfi_verdict_index *index, row_table rows)
{
    index->count = 0;
    for (int32_t r = 0; r < NFI_MAX_ROWS; r++)
        if (rows[r][NFI_ROW_ACTION] != NFI_EMPTY)
            index->row[index->count++] = (int16_t)r;
    sort_rows(index->row, index->count, rows);
    for (int32_t p = 0; p < index->count; p++) {
        index->action[p] = (uint8_t)rows[index->row[p]][NFI_ROW_ACTION];
        index->overhead[p] = (uint16_t)rows[index->row[p]][NFI_ROW_OVERHEAD];
        index->mtu[p] = (uint16_t)rows[index->row[p]][NFI_ROW_MTU];
    }
    index->set_words = (index->count + NFI_ROWSET_BITS - 1) / NFI_ROWSET_BITS;
}

/* --- row sets --- */

static void add(nfi_rowset *set, int32_t position)
{
    set->word[position / NFI_ROWSET_BITS] |= (nfi_rowset_word)1 << (position % NFI_ROWSET_BITS);
}

/* --- bounds: numbers of width 32-bit words, most significant first, ascending, each once --- */

static int32_t compare(const uint32_t *a, const uint32_t *b, int32_t width)
{
    for (int32_t i = 0; i < width; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static void sort_bounds(uint32_t *bound, int32_t count, int32_t width)
{
    size_t bytes = (size_t)width * sizeof *bound;
    uint32_t moving[4];
    int32_t gap = 1;
    while (gap < count / 3)
        gap = 3 * gap + 1;
    for (; gap > 0; gap /= 3)
        for (int32_t i = gap; i < count; i++) {
            int32_t j = i;
            memcpy(moving, bound + i * width, bytes);
            for (; j >= gap && compare(moving, bound + (j - gap) * width, width) < 0; j -= gap)
                memcpy(bound + j * width, bound + (j - gap) * width, bytes);
            memcpy(bound + j * width, moving, bytes);
        }
}

static int32_t drop_doubles(uint32_t *bound, int32_t count, int32_t width)
{
    int32_t kept = 0;
    for (int32_t i = 0; i < count; i++)
        if (kept == 0 || compare(bound + i * width, bound + (kept - 1) * width, width) != 0)
            memmove(bound + kept++ * width, bound + i * width, (size_t)width * sizeof *bound);
    return kept;
}

/* The number behind high; 0 when there is none. */
static int32_t successor(uint32_t *next, const uint32_t *high, int32_t width)
{
    memcpy(next, high, (size_t)width * sizeof *next);
    for (int32_t i = width - 1; i >= 0; i--)
        if (++next[i] != 0)
            return 1;
    return 0;
}

/* How many bounds are <= key: the piece the key lies in. */
static int32_t piece_v4(const uint32_t *bound, int32_t count, uint32_t key)
{
    int32_t base = 0;
    if (count == 0)
        return 0;
    while (count > 1) {
        int32_t half = count / 2;
        base += bound[base + half - 1] <= key ? half : 0;
        count -= half;
    }
    return base + (bound[base] <= key);
}

static int32_t piece_v6(const uint32_t *bound, int32_t count, const uint32_t *key)
{
    int32_t low = 0;
    while (low < count) {
        int32_t middle = low + (count - low) / 2;
        if (compare(bound + middle * 4, key, 4) <= 0)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

static void address_key(uint32_t *key, const int32_t *words, int32_t width)
{
    for (int32_t i = 0; i < width; i++)
        key[i] = (uint32_t)words[4 - width + i];
}

/* --- building an address field; low is the field's first word in a row (high is 4 behind) --- */

static int32_t collect_bounds(uint32_t *bound, const nfi_verdict_index *index, row_table rows, int32_t low, int32_t version)
{
    int32_t width = version == 4 ? 1 : 4, count = 0;
    uint32_t high[4];
    for (int32_t p = 0; p < index->count; p++) {
        const int32_t *row = rows[index->row[p]];
        if (row[NFI_ROW_VERSION] != version)
            continue;
        address_key(bound + count++ * width, row + low, width);
        address_key(high, row + low + 4, width);
        count += successor(bound + count * width, high, width);
    }
    sort_bounds(bound, count, width);
    return drop_doubles(bound, count, width);
}

static int32_t piece(const nfi_address_field *field, const int32_t *words, int32_t version)
{
    if (version == 4)
        return piece_v4(field->bound, field->v4_bounds, (uint32_t)words[3]);
    return field->v4_bounds + 1 + piece_v6(field->bound + field->v4_bounds, field->v6_bounds, (const uint32_t *)words);
}

static void build_address(nfi_address_field *field, const nfi_verdict_index *index, row_table rows, int32_t low)
{
    field->v4_bounds = collect_bounds(field->bound, index, rows, low, 4);
    field->v6_bounds = collect_bounds(field->bound + field->v4_bounds, index, rows, low, 6);
    memset(field->rows, 0, (size_t)(field->v4_bounds + field->v6_bounds + 2) * sizeof field->rows[0]);
    for (int32_t p = 0; p < index->count; p++) {
        const int32_t *row = rows[index->row[p]];
        int32_t last = piece(field, row + low + 4, row[NFI_ROW_VERSION]);
        for (int32_t i = piece(field, row + low, row[NFI_ROW_VERSION]); i <= last; i++)
            add(&field->rows[i], p);
    }
}

/* --- building a value field --- */

static int32_t value_slot(const nfi_value_field *field, int32_t value)
{
    int32_t at = 0, count = field->values;
    while (count > 1) {
        int32_t half = count / 2;
        at += field->value[at + half] <= value ? half : 0;
        count -= half;
    }
    return count == 1 && field->value[at] == value ? at + 1 : 0;
}

static void insert_value(nfi_value_field *field, int32_t value)
{
    int32_t at = field->values;
    if (value == 0 || value_slot(field, value) != 0)
        return;
    for (; at > 0 && field->value[at - 1] > value; at--)
        field->value[at] = field->value[at - 1];
    field->value[at] = (uint16_t)value;
    field->values++;
}

static void build_value(nfi_value_field *field, const nfi_verdict_index *index, row_table rows, int32_t word)
{
    field->values = 0;
    for (int32_t p = 0; p < index->count; p++)
        insert_value(field, rows[index->row[p]][word]);
    memset(field->rows, 0, (size_t)(field->values + 1) * sizeof field->rows[0]);
    for (int32_t p = 0; p < index->count; p++) {
        int32_t value = rows[index->row[p]][word];
        int32_t first = value == 0 ? 0 : value_slot(field, value);
        int32_t last = value == 0 ? field->values : first;
        for (int32_t i = first; i <= last; i++)
            add(&field->rows[i], p);
    }
}

void nfi_index_build(nfi_verdict_index *index, row_table rows, int32_t generation)
{
    index->generation = generation;
    list_rows(index, rows);
    build_address(&index->local, index, rows, NFI_ROW_LOCAL_LOW);
    build_address(&index->remote, index, rows, NFI_ROW_REMOTE_LOW);
    build_value(&index->protocol, index, rows, NFI_ROW_PROTOCOL);
    build_value(&index->domain, index, rows, NFI_ROW_DOMAIN);
    build_value(&index->local_port, index, rows, NFI_ROW_LOCAL_PORT);
    build_value(&index->remote_port, index, rows, NFI_ROW_REMOTE_PORT);
}

/* --- looking up --- */

static const nfi_rowset_word *by_address(const nfi_address_field *field, const int32_t *words, int32_t version)
{
    return field->rows[piece(field, words, version)].word;
}

static const nfi_rowset_word *by_value(const nfi_value_field *field, int32_t value)
{
    return field->rows[value_slot(field, value)].word;
}

int32_t nfi_index_find(const nfi_verdict_index *index, const nfi_flow *flow)
{
    const nfi_rowset_word *local = by_address(&index->local, flow->local, flow->version);
    const nfi_rowset_word *remote = by_address(&index->remote, flow->remote, flow->version);
    const nfi_rowset_word *protocol = by_value(&index->protocol, flow->protocol);
    const nfi_rowset_word *domain = by_value(&index->domain, flow->domain);
    const nfi_rowset_word *local_port = by_value(&index->local_port, flow->local_port);
    const nfi_rowset_word *remote_port = by_value(&index->remote_port, flow->remote_port);
    for (int32_t i = 0; i < index->set_words; i++) {
        nfi_rowset_word set = local[i] & remote[i];
        if (set != 0)
            set &= protocol[i] & domain[i] & local_port[i] & remote_port[i];
        if (set != 0)
            return i * NFI_ROWSET_BITS + __builtin_ctzl(set);
    }
    return -1;
}
