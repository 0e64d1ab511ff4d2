// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 the libautoencoder authors
//! The caller's numbers as rows.

use crate::error::{Error, Result, Status};

/// How numbers are rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    rows: usize,
    columns: usize,
    stride: usize,
}

impl Shape {
    /// `length` numbers as so many rows, if they are enough.
    fn new(length: usize, rows: usize, columns: usize, stride: usize) -> Result<Shape> {
        let needed = match rows {
            0 => Some(0),
            _ => stride.checked_mul(rows - 1).and_then(|start| start.checked_add(columns)),
        };
        if stride < columns || needed.map_or(true, |needed| needed > length) {
            let message = format!("{length} numbers are not {rows} rows of {columns} with stride {stride}");
            return Err(Error::new(Status::Shape, message));
        }
        Ok(Shape { rows, columns, stride })
    }

    /// `length` numbers as rows of this width. What has no shape yet is as many rows as there are numbers for.
    fn of_width(length: usize, shape: Option<Shape>, width: usize, what: &str) -> Result<Shape> {
        let message = match shape {
            Some(shape) if shape.columns == width => return Ok(shape),
            Some(shape) => format!("{what} has {} columns, not {width}", shape.columns),
            None if width > 0 && length % width == 0 => {
                return Ok(Shape { rows: length / width, columns: width, stride: width })
            }
            None => format!("{what} has {length} numbers, not rows of {width}"),
        };
        Err(Error::new(Status::Shape, message))
    }
}

/// Rows that are read: `&[f32]`, `&Vec<f32>` and `&[f32; N]` are as many rows as there are numbers for, of the width
/// that the call expects; `&[[f32; N]]` are rows of N; [`Rows::new`] and [`Rows::strided`] say it all.
///
/// ```
/// use autoencoder::Rows;
/// let table = [1.0, 2.0, 0.0, 3.0, 4.0, 0.0]; // two rows of two, and a column that is not wanted
/// let rows = Rows::strided(&table, 2, 2, 3)?;
/// assert!(Rows::strided(&table, 2, 4, 3).is_err());
/// assert!(Rows::strided(&table, 3, 2, 3).is_err());
/// # Ok::<(), autoencoder::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    numbers: &'a [f32],
    shape: Option<Shape>,
}

/// Rows as C takes them.
pub(crate) struct CRows {
    pub(crate) data: *const f32,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) stride: usize,
}

impl<'a> Rows<'a> {
    /// All of `numbers`, in rows of this width.
    pub fn new(numbers: &'a [f32], columns: usize) -> Result<Rows<'a>> {
        let shape = Shape::of_width(numbers.len(), None, columns, "a slice")?;
        Ok(Rows { numbers, shape: Some(shape) })
    }

    /// Rows whose starts are `stride` numbers apart.
    pub fn strided(numbers: &'a [f32], rows: usize, columns: usize, stride: usize) -> Result<Rows<'a>> {
        let shape = Shape::new(numbers.len(), rows, columns, stride)?;
        Ok(Rows { numbers, shape: Some(shape) })
    }

    pub(crate) fn of_width(self, width: usize, what: &str) -> Result<CRows> {
        let Shape { rows, columns, stride } = Shape::of_width(self.numbers.len(), self.shape, width, what)?;
        Ok(CRows { data: self.numbers.as_ptr(), rows, columns, stride })
    }

    /// Rows of their own width, which must be known.
    pub(crate) fn of_own_width(self, what: &str) -> Result<CRows> {
        let shape = self.shape.ok_or_else(|| {
            Error::new(Status::InvalidArgument, format!("how wide are the rows of {what}? Rows::new() says it"))
        })?;
        self.of_width(shape.columns, what)
    }

    pub(crate) fn of_shape(self, rows: usize, width: usize, what: &str) -> Result<CRows> {
        let shaped = self.of_width(width, what)?;
        has_rows(shaped.rows, rows, what)?;
        Ok(shaped)
    }
}

/// Rows that are filled; made like [`Rows`] from what is mutable. What is between strided rows is left alone.
#[derive(Debug)]
pub struct RowsMut<'a> {
    numbers: &'a mut [f32],
    shape: Option<Shape>,
}

/// Rows as C fills them.
pub(crate) struct CRowsMut {
    pub(crate) data: *mut f32,
    pub(crate) rows: usize,
    pub(crate) stride: usize,
}

impl<'a> RowsMut<'a> {
    /// All of `numbers`, in rows of this width.
    pub fn new(numbers: &'a mut [f32], columns: usize) -> Result<RowsMut<'a>> {
        let shape = Shape::of_width(numbers.len(), None, columns, "a slice")?;
        Ok(RowsMut { numbers, shape: Some(shape) })
    }

    /// Rows whose starts are `stride` numbers apart.
    pub fn strided(numbers: &'a mut [f32], rows: usize, columns: usize, stride: usize) -> Result<RowsMut<'a>> {
        let shape = Shape::new(numbers.len(), rows, columns, stride)?;
        Ok(RowsMut { numbers, shape: Some(shape) })
    }

    pub(crate) fn of_width(self, width: usize, what: &str) -> Result<CRowsMut> {
        let Shape { rows, stride, .. } = Shape::of_width(self.numbers.len(), self.shape, width, what)?;
        Ok(CRowsMut { data: self.numbers.as_mut_ptr(), rows, stride })
    }

    pub(crate) fn of_shape(self, rows: usize, width: usize, what: &str) -> Result<CRowsMut> {
        let shaped = self.of_width(width, what)?;
        has_rows(shaped.rows, rows, what)?;
        Ok(shaped)
    }
}

fn has_rows(rows: usize, wanted: usize, what: &str) -> Result<()> {
    if rows == wanted {
        return Ok(());
    }
    Err(Error::new(Status::Shape, format!("{what} has {rows} rows, not {wanted}")))
}

/// The length of a slice that has to have one number for each of something.
pub(crate) fn has_length(length: usize, wanted: usize, what: &str) -> Result<()> {
    if length == wanted {
        return Ok(());
    }
    Err(Error::new(Status::Shape, format!("{what} has {length} numbers, not {wanted}")))
}

impl<'a> From<&'a [f32]> for Rows<'a> {
    fn from(numbers: &'a [f32]) -> Rows<'a> {
        Rows { numbers, shape: None }
    }
}

impl<'a> From<&'a Vec<f32>> for Rows<'a> {
    fn from(numbers: &'a Vec<f32>) -> Rows<'a> {
        Rows { numbers, shape: None }
    }
}

impl<'a, const N: usize> From<&'a [f32; N]> for Rows<'a> {
    fn from(numbers: &'a [f32; N]) -> Rows<'a> {
        Rows { numbers, shape: None }
    }
}

impl<'a, const N: usize> From<&'a [[f32; N]]> for Rows<'a> {
    fn from(rows: &'a [[f32; N]]) -> Rows<'a> {
        // Arrays in a slice follow each other without a gap.
        let numbers = unsafe { std::slice::from_raw_parts(rows.as_ptr().cast(), rows.len() * N) };
        Rows { numbers, shape: Some(Shape { rows: rows.len(), columns: N, stride: N }) }
    }
}

impl<'a> From<&'a mut [f32]> for RowsMut<'a> {
    fn from(numbers: &'a mut [f32]) -> RowsMut<'a> {
        RowsMut { numbers, shape: None }
    }
}

impl<'a> From<&'a mut Vec<f32>> for RowsMut<'a> {
    fn from(numbers: &'a mut Vec<f32>) -> RowsMut<'a> {
        RowsMut { numbers, shape: None }
    }
}

impl<'a, const N: usize> From<&'a mut [f32; N]> for RowsMut<'a> {
    fn from(numbers: &'a mut [f32; N]) -> RowsMut<'a> {
        RowsMut { numbers, shape: None }
    }
}

impl<'a, const N: usize> From<&'a mut [[f32; N]]> for RowsMut<'a> {
    fn from(rows: &'a mut [[f32; N]]) -> RowsMut<'a> {
        let count = rows.len();
        let numbers = unsafe { std::slice::from_raw_parts_mut(rows.as_mut_ptr().cast(), count * N) };
        RowsMut { numbers, shape: Some(Shape { rows: count, columns: N, stride: N }) }
    }
}
