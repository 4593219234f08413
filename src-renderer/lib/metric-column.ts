const smallest = 64

/** One metric of a run as float64 that grows in place; NaN where nothing is recorded. */
export class MetricColumn {
  #cells: Float64Array
  #length: number

  /** Takes the cells as they are, without a copy; they are copied only when the column outgrows them. */
  constructor(cells: Float64Array = new Float64Array(0)) {
    this.#cells = cells
    this.#length = cells.length
  }

  get length(): number {
    return this.#length
  }

  /** The recorded numbers, NaN between them; holds until the column changes. */
  get numbers(): Float64Array {
    return this.#cells.subarray(0, this.#length)
  }

  /** The value of a row; null when it is not recorded or there is no such row. */
  at(row: number): number | null {
    const value = row >= 0 && row < this.#length ? this.#cells[row]! : Number.NaN
    return Number.isNaN(value) ? null : value
  }

  set(row: number, value: number | null | undefined): void {
    if (row >= this.#length) this.resize(row + 1)
    this.#cells[row] = value ?? Number.NaN
  }

  /** Cuts the column, or fills it up with rows where nothing is recorded. */
  resize(length: number): void {
    if (length > this.#cells.length) {
      const cells = new Float64Array(Math.max(smallest, 2 * length))
      cells.set(this.numbers)
      this.#cells = cells
    }
    if (length > this.#length) this.#cells.fill(Number.NaN, this.#length, length)
    this.#length = length
  }

  /** The last row that has a value, or -1. */
  get lastRow(): number {
    let row = this.#length - 1
    while (row >= 0 && Number.isNaN(this.#cells[row]!)) row--
    return row
  }

  toArray(): (number | null)[] {
    return Array.from(this.numbers, (value) => (Number.isNaN(value) ? null : value))
  }
}
